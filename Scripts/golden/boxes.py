"""Tests/DetectionTests/Operators/Goldens/boxes.safetensors: torchvision's operations on formula-filled boxes and masks."""
import json
from pathlib import Path

import numpy as np
import torch
import torchvision
from safetensors.torch import save_file
from torchvision import ops

from formula import fill

SEED = 51


def boxes(count, seed):
    centre, size = torch.from_numpy(fill((count, 2), seed, 40, 50)), torch.from_numpy(fill((count, 2), seed + 1, 25, 27))
    return torch.cat([centre - size / 2, centre + size / 2], 1)


a, b = boxes(19, SEED), boxes(37, SEED + 2)
b[:5] = a[:5]  # equal boxes
masks = torch.from_numpy(fill((5, 17, 23), SEED + 4)) > torch.tensor([0.99, 0.9, 0.0, 0.97, 0.98])[:, None, None]
assert masks.flatten(1).any(1).all()
tensors = dict(
    a=a, b=b, area=ops.box_area(a), iou=ops.box_iou(a, b), giou=ops.generalized_box_iou(a, b),
    diou=ops.distance_box_iou(a, b), ciou=ops.complete_box_iou(a, b), clip=ops.clip_boxes_to_image(a, (60, 48)),
    small=ops.remove_small_boxes(a, 24.5), masks=masks, masksToBoxes=ops.masks_to_boxes(masks))
for source in ("xyxy", "xywh", "cxcywh"):
    for target in ("xyxy", "xywh", "cxcywh"):
        tensors[f"{source}.{target}"] = ops.box_convert(a, source, target)
out = Path(__file__).parents[2] / "Tests/DetectionTests/Operators/Goldens/boxes.safetensors"
save_file({k: v.contiguous() for k, v in tensors.items()}, out, dict(
    script="Scripts/golden/boxes.py", seed=str(SEED), cases=json.dumps([]),
    versions=f"torch {torch.__version__}, torchvision {torchvision.__version__}, numpy {np.__version__}"))
print(out.stat().st_size, "bytes")
