"""Tests/TensorCoreTests/Primitives/Interpolation/Goldens/interpolation.safetensors: torch.nn.functional.interpolate and
grid_sample on formula-filled tensors."""
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

from formula import fill

SEED = 5
MODES = {"nearest": "nearest", "nearestExact": "nearest-exact", "bilinear": "bilinear", "bicubic": "bicubic", "area": "area"}
# Input height and width, then size or scale: up, down, one axis, halves, doubles, one pixel, factors that do not divide.
SIZES = [
    (5, 7, 10, 14), (5, 7, 13, 9), (12, 9, 5, 4), (12, 9, 12, 9), (12, 9, 12, 5), (12, 9, 7, 9), (1, 1, 3, 4), (6, 8, 1, 1),
    (2, 3, 9, 9), (33, 35, 8, 17), (3, 40, 3, 80), (40, 3, 6, 7), (19, 21, 38, 42), (1, 9, 4, 3),
]
SCALES = [(5, 7, 2.0, 2.0), (5, 7, 1.3, 2.5), (12, 9, 0.7, 0.33), (5, 5, 2.0, 1.1), (9, 10, 1.1, 0.5), (13, 13, 0.45, 3.3),
          (3, 4, 4.0, 0.6)]  # one column and antialias: PyTorch 2.15 repeats the first row
cases, tensors = [], {}


def add(operation, shape, result, **attributes):
    key, seed = str(len(cases)), SEED + 10 * len(cases)
    x = torch.from_numpy(fill(shape, seed))
    tensors[key] = np.ascontiguousarray(result(x, seed).numpy())
    cases.append(dict(key=key, operation=operation, shape=shape, seed=seed, **attributes))


def resize(h, w, mode, **options):
    add("interpolate", [1, 2, h, w], lambda x, _: F.interpolate(
        x, size=options.get("size"), scale_factor=options.get("scale"), mode=MODES[mode],
        align_corners=options.get("align") if mode.startswith("bi") else None, antialias=options.get("antialias", False),
        recompute_scale_factor=options.get("recompute") or None), mode=mode, **options)


for mode in MODES:
    variants = [dict()]
    if mode.startswith("bi"):
        variants = [dict(align=a, antialias=b) for a in (False, True) for b in (False, True)]
    for variant in variants:
        for h, w, height, width in SIZES:
            # Antialiased, with corners aligned, one output element of several: PyTorch divides 0 by 0.
            if variant.get("align") and variant.get("antialias") and (height == 1 or width == 1):
                continue
            resize(h, w, mode, size=[height, width], **variant)
        for h, w, vertical, horizontal in SCALES:
            resize(h, w, mode, scale=[vertical, horizontal], recompute=False, **variant)
        resize(12, 9, mode, scale=[0.7, 1.3], recompute=True, **variant)

for mode in ("bilinear", "nearest"):
    for padding in ("zeros", "border", "reflection"):
        for align in (False, True):
            for h, w, height, width in ((5, 7, 6, 4), (9, 8, 3, 11), (1, 6, 4, 4)):
                # The grid is filled with seed + 1, scaled 1.8: some places lie well outside.
                add("grid", [2, 3, h, w], lambda x, seed: F.grid_sample(
                    x, torch.from_numpy(fill([2, height, width, 2], seed + 1, 1.8)), mode, padding, align),
                    mode=mode, padding=padding, align=align, size=[height, width])

out = Path(__file__).parents[2] / "Tests/TensorCoreTests/Primitives/Interpolation/Goldens/interpolation.safetensors"
out.parent.mkdir(parents=True, exist_ok=True)
save_file(tensors, out, metadata=dict(
    script="Scripts/golden/interpolation.py", versions=f"torch {torch.__version__}, numpy {np.__version__}", seed=str(SEED),
    cases=json.dumps(cases)))
print(out.stat().st_size, "bytes,", len(cases), "cases")
