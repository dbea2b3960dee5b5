"""What the official YOLOX code reaches with the recipe that `vision train` was given: fine-tuning on a Pascal VOC data set, fp32.

    python3 Scripts/compare/finetune_yolox.py BCCD yolox_nano.pth --epochs 20 --threads 1

Needs torch, torchvision, opencv, pycocotools and the official code (PyPI's yolox 0.3.0) in PYTHONPATH. The network, its losses and
its postprocessing are the official ones, the augmentation is torchvision's, the loop is this file's: AdamW, a cosine after one
epoch of warm-up, a moving average of the weights, the raw boxes' distances in the last fifth. Scored by pycocotools.
"""

import argparse
import copy
import math
import random
import sys
import time
from pathlib import Path

import voc_detection

# The official code's package is called as a script beside this one.
sys.path.pop(0)

import cv2
import numpy as np
import torch
from PIL import Image
from torchvision import tv_tensors
from torchvision.transforms import v2
from yolox.exp import get_exp
from yolox.utils import postprocess

SIDE = 416


def letterbox(picture):
    """`[H, W, 3]` RGB -> `[3, 416, 416]` BGR of 0 to 255 and the factor."""
    height, width = picture.shape[:2]
    factor = min(SIDE / height, SIDE / width)
    padded = np.full((SIDE, SIDE, 3), 114, dtype=np.uint8)
    size = int(width * factor), int(height * factor)
    padded[: size[1], : size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
    return torch.from_numpy(padded[:, :, ::-1].transpose(2, 0, 1).astype(np.float32)), factor


def sample(row, transform):
    path, boxes, labels = row
    picture = tv_tensors.Image(torch.from_numpy(np.array(Image.open(path).convert("RGB")).transpose(2, 0, 1)))
    target = {
        "boxes": tv_tensors.BoundingBoxes(torch.tensor(boxes).reshape(-1, 4), format="XYXY", canvas_size=picture.shape[-2:]),
        "labels": torch.tensor(labels, dtype=torch.long),
    }
    picture, target = transform(picture, target)
    image, factor = letterbox(picture.permute(1, 2, 0).numpy())
    rows = torch.zeros(120, 5)
    boxes = target["boxes"].float() * factor
    count = min(len(boxes), 120)
    rows[:count, 0] = target["labels"][:count]
    rows[:count, 1:3] = (boxes[:count, :2] + boxes[:count, 2:]) / 2
    rows[:count, 3:] = boxes[:count, 2:] - boxes[:count, :2]
    return image, rows


@torch.no_grad()
def score(model, rows, names):
    """COCO's AP and AP50."""
    model.eval()

    def detect(picture):
        image, factor = letterbox(np.array(picture))
        output = postprocess(model(image[None]), len(names), 0.001, 0.65)[0]
        for row in [] if output is None else output.tolist():
            yield [value / factor for value in row[:4]], int(row[6]), row[4] * row[5]

    return voc_detection.score(rows, names, detect)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("weights")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--decay", type=float, default=0.03)
    parser.add_argument("--ema", type=float, default=0.99)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    cv2.setNumThreads(1)
    random.seed(arguments.seed)
    torch.manual_seed(arguments.seed)

    names = []
    train, val, test = (voc_detection.read(arguments.data, part, names) for part in ("train", "val", "test"))
    exp = get_exp(None, "yolox-nano")
    exp.num_classes = len(names)
    model = exp.get_model()
    state = torch.load(arguments.weights, map_location="cpu")["model"]
    missing = model.load_state_dict({k: v for k, v in state.items() if "cls_preds" not in k}, strict=False)
    print("new:", missing.missing_keys)
    averaged = copy.deepcopy(model)
    optimizer = voc_detection.adamw(model, arguments.rate, arguments.decay)

    flips = [v2.RandomHorizontalFlip(), v2.RandomVerticalFlip()]
    mixed = v2.Compose(flips + [
        v2.RandomApply([v2.RandomIoUCrop(min_scale=0.5)], p=0.5), v2.ColorJitter(0.2, 0.2, 0.2, 0.02),
        v2.SanitizeBoundingBoxes(min_size=2)])
    plain = v2.Compose(flips)
    closing = max(1, arguments.epochs // 5)
    steps = math.ceil(len(train) / arguments.batch)
    best = (-1, None)
    step = 0
    for epoch in range(arguments.epochs):
        model.train()
        last = epoch >= arguments.epochs - closing
        model.head.use_l1 = last
        order = torch.randperm(len(train)).tolist()
        began, total = time.time(), 0.0
        for at in range(0, len(order), arguments.batch):
            pictures, targets = zip(*[sample(train[k], plain if last else mixed) for k in order[at : at + arguments.batch]])
            warm = step / steps
            share = (step - steps) / (steps * (arguments.epochs - 1))
            rate = warm if step < steps else 0.02 + 0.98 * (1 + math.cos(math.pi * share)) / 2
            for group in optimizer.param_groups:
                group["lr"] = arguments.rate * rate
            loss = model(torch.stack(pictures), torch.stack(targets))["total_loss"]
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 35)
            optimizer.step()
            step += 1
            total += float(loss)
            voc_detection.average(averaged, model, arguments.ema)
        seconds = time.time() - began
        ap, ap50 = score(averaged, val, names)
        print(f"epoch {epoch + 1}: loss {total / steps:.4f}, ap {ap:.4f}, ap50 {ap50:.4f}, {len(train) / seconds:.1f} images/s", flush=True)
        if ap > best[0]:
            best = (ap, copy.deepcopy(averaged))
    ap, ap50 = score(best[1], test, names)
    print(f"test: ap {ap:.4f}, ap50 {ap50:.4f}")


main()
