"""Goldens of non-maximum suppression: torchvision.ops.nms and batched_nms on formula-filled boxes.

Run from the project's root: python Scripts/golden/nms.py"""
import json
import sys

import torch
import torchvision
from safetensors.torch import save_file

sys.path.insert(0, "Scripts/golden")
from formula import fill

tensors, cases = {}, []
for index, (count, iou, classes) in enumerate([(1, 0.5, 1), (7, 0.3, 2), (200, 0.45, 5), (500, 0.7, 3), (300, 0.0, 4), (64, 1.0, 1)]):
    seed = 100 + 10 * index
    centre = torch.from_numpy(fill((count, 2), seed, 50, 60)); size = torch.from_numpy(fill((count, 2), seed + 1, 12, 20))
    boxes = torch.cat([centre - size / 2, centre + size / 2], 1)
    # Quarters of the score's range repeat: ties.
    scores = (torch.from_numpy(fill((count,), seed + 2, 0.5, 0.5)) * 64).floor() / 64
    labels = (torch.from_numpy(fill((count,), seed + 3, 0.5, 0.5)) * classes).floor().long()
    tensors[f"plain{index}"] = torchvision.ops.nms(boxes, scores, iou)
    tensors[f"batched{index}"] = torchvision.ops.boxes._batched_nms_vanilla(boxes, scores, labels, iou)
    cases.append({"count": count, "iou": iou, "classes": classes, "seed": seed})
save_file(tensors, "Tests/DetectionTests/Operators/Goldens/nms.safetensors", {
    "script": "Scripts/golden/nms.py", "versions": f"torch {torch.__version__}, torchvision {torchvision.__version__}",
    "seed": "100", "cases": json.dumps(cases)})
print({k: len(v) for k, v in tensors.items()})
