"""Tests/TensorCoreTests/Primitives/Regions/Goldens/regions.safetensors: torchvision's operations on regions, and its
deformable convolution, of formula-filled features."""
import json
from pathlib import Path

import numpy as np
import torch
import torchvision
from safetensors.numpy import save_file
from torchvision import ops

from formula import fill

SEED = 11
generator = np.random.default_rng(SEED)
cases, tensors = [], {}


def draw_boxes(count, images, height, width, scale, whole):
    # Corners of boxes that reach up to a third beyond the features.
    corners = np.sort(generator.uniform(-0.3, 1.3, (count, 2, 2)), 1) * np.array([width, height]) / scale
    if whole:
        corners = np.round(corners)
    image = generator.integers(0, images, (count, 1))
    return np.concatenate([image, corners.reshape(count, 4)], 1).astype(np.float32)


def region(operation, shape, size, scale, count=5, whole=False, **attributes):
    key, seed = str(len(cases)), SEED + len(cases)
    features, boxes = torch.from_numpy(fill(shape, seed)), draw_boxes(count, shape[0], *shape[2:], scale, whole)
    rois = torch.from_numpy(boxes)
    if operation == "align":
        result = ops.roi_align(features, rois, size, scale, attributes["ratio"], attributes["aligned"])
    elif operation == "pool":
        result = ops.roi_pool(features, rois, size, scale)
    elif operation == "psAlign":
        result = ops.ps_roi_align(features, rois, size, scale, attributes["ratio"])
    else:
        result = ops.ps_roi_pool(features, rois, size, scale)
    tensors[key + ".boxes"], tensors[key] = boxes, result.numpy()
    cases.append(dict(key=key, operation=operation, shape=shape, seed=seed, size=size, scale=scale, **attributes))


for ratio in (-1, 1, 2, 3):
    for aligned in (False, True):
        region("align", [2, 3, 13, 17], [7, 7], 0.25, ratio=ratio, aligned=aligned)
        region("align", [1, 2, 9, 40], [2, 9], 1.0, ratio=ratio, aligned=aligned, whole=True)
region("align", [1, 2, 30, 31], [14, 14], 0.0625, ratio=2, aligned=False)
region("align", [1, 2, 60, 50], [3, 17], 0.5, ratio=-1, aligned=True)
region("align", [2, 1, 1, 1], [2, 2], 1.0, ratio=2, aligned=False)
for index in range(6):
    region("pool", [2, 3, 13, 17], [7, 7], 0.0625, whole=index % 2 == 0)
    region("pool", [1, 2, 40, 33], [3, 9], 1.0, whole=index % 2 == 0)
for ratio in (-1, 2):
    region("psAlign", [2, 18, 13, 17], [3, 3], 0.25, ratio=ratio)
    region("psAlign", [1, 20, 9, 21], [2, 5], 1.0, ratio=ratio)
for index in range(4):
    region("psPool", [2, 18, 13, 17], [3, 3], 0.0625, whole=index % 2 == 0)
    region("psPool", [1, 20, 9, 21], [2, 5], 1.0, whole=index % 2 == 0)


def deformable(shape, outputs, kernel, groups=1, offset_groups=1, mask=False, bias=False, stride=(1, 1), padding=(0, 0),
               dilation=(1, 1), reach=2.0):
    key, seed = str(len(cases)), 1000 + 10 * len(cases)
    size = [(shape[2 + a] + 2 * padding[a] - dilation[a] * (kernel[a] - 1) - 1) // stride[a] + 1 for a in range(2)]
    taps = kernel[0] * kernel[1]
    parts = dict(
        x=fill(shape, seed), weight=fill([outputs, shape[1] // groups] + kernel, seed + 1),
        offset=fill([shape[0], offset_groups * 2 * taps] + size, seed + 2, reach),
        mask=fill([shape[0], offset_groups * taps] + size, seed + 3, 0.5, 0.5), bias=fill([outputs], seed + 4))
    parts = {k: torch.from_numpy(v) for k, v in parts.items()}
    tensors[key] = ops.deform_conv2d(
        parts["x"], parts["offset"], parts["weight"], parts["bias"] if bias else None, stride, padding, dilation,
        parts["mask"] if mask else None).numpy()
    cases.append(dict(
        key=key, operation="deformable", shape=shape, seed=seed, outputs=outputs, kernel=kernel, groups=groups,
        offsetGroups=offset_groups, hasMask=mask, hasBias=bias, stride=list(stride), padding=list(padding),
        dilation=list(dilation), reach=reach, size=size))


deformable([2, 3, 9, 11], 4, [3, 3], padding=(1, 1))
deformable([1, 4, 10, 9], 6, [3, 3], groups=2, offset_groups=2, mask=True, bias=True, padding=(1, 1))
deformable([1, 4, 12, 13], 4, [3, 2], groups=4, offset_groups=1, mask=True, stride=(2, 1), padding=(0, 2), dilation=(2, 3))
deformable([1, 6, 8, 8], 3, [1, 1], offset_groups=3, bias=True, reach=6.0)
deformable([1, 2, 7, 30], 3, [5, 5], mask=True, stride=(3, 2), padding=(2, 2), reach=12.0)

out = Path(__file__).parents[2] / "Tests/TensorCoreTests/Primitives/Regions/Goldens/regions.safetensors"
out.parent.mkdir(parents=True, exist_ok=True)
save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, out, metadata=dict(
    script="Scripts/golden/regions.py", seed=str(SEED), cases=json.dumps(cases),
    versions=f"torch {torch.__version__}, torchvision {torchvision.__version__}, numpy {np.__version__}"))
print(out.stat().st_size, "bytes,", len(cases), "cases")
