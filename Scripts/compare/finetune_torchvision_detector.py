"""What torchvision's SSDLite reaches with the recipe that `vision train` was given: from nothing on a Pascal VOC data set, fp32.

    python3 Scripts/compare/finetune_torchvision_detector.py BCCD --epochs 60 --every 3 --threads 1

Needs torch, torchvision and pycocotools. The network, its losses, its postprocessing and the augmentation are torchvision's; the loop is
this file's: AdamW, a cosine after two epochs of warm-up, a moving average of the weights, no crops and no jitter in the last epochs. The
epoch is chosen by AP on the validation part. Scored by pycocotools.
"""

import argparse
import copy
import math
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torchvision import tv_tensors
from torchvision.models import detection
from torchvision.models.detection.anchor_utils import DefaultBoxGenerator
from torchvision.transforms import v2

import voc_detection


def tensor(picture):
    """`[3, H, W]`, levels of 0 to 255."""
    return torch.from_numpy(np.array(picture.convert("RGB")).transpose(2, 0, 1))


def sample(row, transform):
    path, boxes, labels = row
    image = tv_tensors.Image(tensor(Image.open(path)))
    target = {
        "boxes": tv_tensors.BoundingBoxes(torch.tensor(boxes).reshape(-1, 4), format="XYXY", canvas_size=image.shape[-2:]),
        # 0 is the background.
        "labels": torch.tensor(labels, dtype=torch.long) + 1,
    }
    image, target = transform(image, target)
    return image.float() / 255, {"boxes": target["boxes"].as_subclass(torch.Tensor).float(), "labels": target["labels"]}


@torch.no_grad()
def score(model, rows, names):
    """COCO's AP and AP50."""
    model.eval()

    def detect(picture):
        result = model([tensor(picture).float() / 255])[0]
        for box, label, value in zip(*(result[key].tolist() for key in ("boxes", "labels", "scores"))):
            yield box, label - 1, value

    return voc_detection.score(rows, names, detect)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", default="ssdlite320_mobilenet_v3_large")
    parser.add_argument("--size", type=int, default=320)
    parser.add_argument("--min-ratio", type=float, help="SSDLite: the side of the smallest default boxes as a share of the input's")
    parser.add_argument("--weights", type=Path, help="safetensors to begin with; scores of other classes begin at random")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--closing", type=int, default=6)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--decay", type=float, default=0.03)
    parser.add_argument("--ema", type=float, default=0.995)
    parser.add_argument("--warmup", type=float, default=2)
    parser.add_argument("--clip", type=float, default=35, help="the greatest norm of the gradients")
    parser.add_argument("--every", type=int, default=1, help="epochs from one validation to the next")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)

    names = []
    train, val, test = (voc_detection.read(arguments.data, part, names) for part in ("train", "val", "test"))
    build = getattr(detection, arguments.model)
    model = build(weights=None, weights_backbone=None, num_classes=len(names) + 1)
    if arguments.min_ratio:
        ratios = model.anchor_generator.aspect_ratios
        model.anchor_generator = DefaultBoxGenerator(ratios, min_ratio=arguments.min_ratio, max_ratio=0.95)
    if arguments.weights:
        from safetensors.torch import load_file

        own = model.state_dict()
        state = {key: value.float() for key, value in load_file(arguments.weights).items() if own[key].shape == value.shape}
        print("new:", model.load_state_dict(state, strict=False).missing_keys)
    averaged = copy.deepcopy(model)
    optimizer = voc_detection.adamw(model, arguments.rate, arguments.decay)

    flips = [v2.RandomHorizontalFlip(), v2.RandomVerticalFlip()]
    resize = v2.Resize((arguments.size, arguments.size))
    mixed = v2.Compose(flips + [
        v2.RandomApply([v2.RandomIoUCrop(min_scale=0.5)], p=0.5), resize, v2.ColorJitter(0.2, 0.2, 0.2, 0.02),
        v2.SanitizeBoundingBoxes(min_size=2)])
    plain = v2.Compose(flips + [resize])
    steps = math.ceil(len(train) / arguments.batch)
    rise, last = steps * arguments.warmup, steps * arguments.epochs
    best = (-1, None)
    step = 0
    began = time.time()
    for epoch in range(arguments.epochs):
        model.train()
        transform = plain if epoch >= arguments.epochs - arguments.closing else mixed
        order = torch.randperm(len(train)).tolist()
        start, total = time.time(), 0.0
        for at in range(0, len(order), arguments.batch):
            pictures, targets = zip(*[sample(train[k], transform) for k in order[at : at + arguments.batch]])
            if step < rise:
                rate = 0.01 + 0.99 * step / rise
            else:
                rate = 0.02 + 0.98 * (1 + math.cos(math.pi * (step - rise) / (last - rise))) / 2
            for group in optimizer.param_groups:
                group["lr"] = arguments.rate * rate
            loss = sum(model(list(pictures), list(targets)).values())
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), arguments.clip)
            optimizer.step()
            step += 1
            total += loss.item()
            # The average follows quickly at first.
            decay = min(arguments.ema, 1 - step ** (-2 / 3))
            voc_detection.average(averaged, model, decay)
        seconds = time.time() - start
        line = f"epoch {epoch + 1}: loss {total / steps:.4f}, {len(train) / seconds:.1f} images/s"
        if (arguments.epochs - 1 - epoch) % arguments.every:
            print(line, flush=True)
            continue
        ap, ap50 = score(averaged, val, names)
        print(f"{line}, ap {ap:.4f}, ap50 {ap50:.4f}", flush=True)
        if ap > best[0]:
            best = (ap, copy.deepcopy(averaged))
    ap, ap50 = score(best[1], test, names)
    print(f"test: ap {ap:.4f}, ap50 {ap50:.4f}; {(time.time() - began) / 60:.0f} minutes")


main()
