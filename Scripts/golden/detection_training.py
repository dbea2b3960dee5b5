"""Goldens of the training of torchvision's detectors: losses and gradients of one step with formula-filled weights.

Samplers take the first candidates in place of random ones (torch.randperm gives 0, 1, 2 ...). Norms of the backbones are frozen as
in torchvision's fine-tuning where `frozen` says so. Of every parameter's gradient the golden has its length and its product with
the filling that the parameter itself would get at gain 1: together they pin it down.

Run from the project's root: python Scripts/golden/detection_training.py [NAME ...]"""
import json
import os
import sys

import numpy as np
import torch
import torchvision
from safetensors import safe_open
from safetensors.torch import save_file

sys.path.insert(0, "Scripts/golden")
from formula import fill, fill_module, fill_parameter

FILE = "Tests/DetectionTests/Training/Goldens/torchvision.safetensors"
CLASSES = 4  # with the background
# Label (from 0), corners: objects that meet, a small one, one that is nearly the whole picture; the second picture has none.
OBJECTS = [
    [[0, 0.1, 0.15, 0.45, 0.6], [2, 0.4, 0.3, 0.9, 0.85], [1, 0.7, 0.1, 0.8, 0.25]],
    [],
    [[1, 0.05, 0.05, 0.95, 0.9], [0, 0.5, 0.5, 0.75, 0.7]],
]
D = torchvision.models.detection
NONE = dict(weights=None, weights_backbone=None, num_classes=CLASSES)


def pyramid(build, **more):
    return lambda h, w: build(**NONE, min_size=min(h, w), max_size=max(h, w), **more)


CASES = {  # builder, height, width, whether norms of the body are frozen, gain
    "ssd300_vgg16": (lambda h, w: D.ssd300_vgg16(**NONE), 300, 300, False, 1.2),
    "ssdlite320_mobilenet_v3_large": (lambda h, w: D.ssdlite320_mobilenet_v3_large(**NONE), 320, 320, False, 1.0),
    "retinanet_resnet50_fpn": (pyramid(D.retinanet_resnet50_fpn), 128, 160, True, 0.8),
    "fcos_resnet50_fpn": (pyramid(D.fcos_resnet50_fpn), 128, 160, True, 0.8),
    "fasterrcnn_resnet50_fpn": (pyramid(D.fasterrcnn_resnet50_fpn), 128, 160, True, 0.8),
    "maskrcnn_resnet50_fpn": (pyramid(D.maskrcnn_resnet50_fpn), 96, 128, True, 0.8),
}


def masks(boxes, h, w):
    y, x = torch.meshgrid(torch.arange(h) + 0.5, torch.arange(w) + 0.5, indexing="ij")
    result = [((x - (b[0] + b[2]) / 2) / ((b[2] - b[0]) / 2)) ** 2 + ((y - (b[1] + b[3]) / 2) / ((b[3] - b[1]) / 2)) ** 2 <= 1 for b in boxes]
    return torch.stack(result).to(torch.uint8) if result else torch.zeros(0, h, w, dtype=torch.uint8)


def run(name, tensors, cases):
    build, h, w, frozen, gain = CASES[name]
    model = build(h, w)
    fill_module(model, gain)
    model.train()
    if frozen:
        for module in model.backbone.body.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.eval()
                for p in module.parameters():
                    p.requires_grad_(False)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    pictures = torch.from_numpy(fill((len(OBJECTS), 3, h, w), 11, 0.5, 0.5))
    targets = []
    for rows in OBJECTS:
        # Whole numbers, which no library rounds.
        boxes = torch.tensor([[round(r[1] * w), round(r[2] * h), round(r[3] * w), round(r[4] * h)] for r in rows], dtype=torch.float32).reshape(-1, 4)
        targets.append({"boxes": boxes, "labels": torch.tensor([r[0] + 1 for r in rows], dtype=torch.int64), "masks": masks(boxes, h, w)})
    if not hasattr(torch, "true_randperm"):
        torch.true_randperm = torch.randperm
        torch.randperm = lambda n, **_: torch.arange(n)
    losses = model(list(pictures), targets)
    sum(losses.values()).backward()
    keys, rows = [], []
    for key, p in model.named_parameters():
        if p.requires_grad:
            grad = torch.zeros_like(p) if p.grad is None else p.grad
            weight = torch.from_numpy(np.asarray(fill_parameter(key, tuple(p.shape)))).double()
            keys.append(key)
            rows.append([grad.double().norm().item(), (grad.double() * weight).sum().item(), weight.norm().item()])
    cases[name] = {"name": name, "height": h, "width": w, "frozen": frozen, "gain": gain, "keys": keys,
                   "losses": {k: float(v) for k, v in losses.items()}}
    tensors[name] = torch.tensor(rows, dtype=torch.float64).float()
    print(name, cases[name]["losses"], "gradients", tensors[name][:, 0].min().item(), tensors[name][:, 0].max().item(), flush=True)


def main():
    tensors, cases = {}, {}
    if sys.argv[1:] and os.path.exists(FILE):
        with safe_open(FILE, "pt") as file:
            tensors = {k: file.get_tensor(k) for k in file.keys()}
            cases = {c["name"]: c for c in json.loads(file.metadata()["cases"])}
    os.makedirs(os.path.dirname(FILE), exist_ok=True)
    for name in sys.argv[1:] or CASES:
        run(name, tensors, cases)
    save_file(tensors, FILE, metadata={
        "script": "Scripts/golden/detection_training.py", "seed": "11", "classes": str(CLASSES), "objects": json.dumps(OBJECTS),
        "cases": json.dumps(list(cases.values()), separators=(",", ":")),
        "versions": f"torch {torch.__version__}, torchvision {torchvision.__version__}"})
    print(os.path.getsize(FILE), "bytes")


if __name__ == "__main__":
    main()
