"""Goldens of segmentation and style transfer: class maps of scores at the pictures' sizes, and the published style networks on a piece
of a photo (where VISION_TEST_DATA names the folder of real data; else that golden stays as it is).

Run from the project's root: python Scripts/golden/dense.py"""
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.numpy import save_file

sys.path.insert(0, "Scripts/golden")
from formula import fill
from zoo_dense import BUILDERS

versions = f"torch {torch.__version__}"
tensors, cases = {}, []
# Scores of one size, pictures of another: smaller, larger, odd, one pixel.
for index, (classes, scores, size) in enumerate([(5, (7, 9), (23, 31)), (3, (16, 12), (16, 12)), (21, (13, 40), (6, 11)),
                                                 (4, (1, 5), (9, 9)), (2, (8, 8), (1, 1))]):
    x = torch.from_numpy(fill((2, classes, *scores), 20 + index))
    resized = F.interpolate(x, size=size, mode="bilinear")
    best = resized.topk(2, dim=1).values
    assert (best[:, 0] - best[:, 1]).min() > 1e-5, "too close to a tie to tell rounding from a fault"
    tensors[f"map{index}"] = resized.argmax(1).numpy().astype(np.uint8)
    cases.append({"classes": classes, "scores": list(scores), "size": list(size), "seed": 20 + index, "map": f"map{index}"})
save_file(tensors, "Tests/SegmentationTests/Segmenter/Goldens/class_maps.safetensors",
          {"script": "Scripts/golden/dense.py", "versions": versions, "seed": "20", "cases": json.dumps(cases)})

data = os.environ.get("VISION_TEST_DATA")
if data:
    photo = np.array(Image.open(f"{data}/photos/amber.jpg").convert("RGB"))[430:494, 300:364]
    tensors = {"input": np.ascontiguousarray(photo)}
    x = torch.from_numpy(tensors["input"]).permute(2, 0, 1)[None].float()
    for style in ("candy", "mosaic", "rain-princess", "udnie"):
        network = BUILDERS["transformer_net_nc16"]().eval()
        network.load_state_dict(torch.load(f"{data}/weights/style/{style}_nc16.model", map_location="cpu"))
        with torch.no_grad():
            y = network(x)[0].clamp(0, 255).permute(1, 2, 0).numpy().astype(np.uint8)
        assert y.std() > 10
        tensors[style] = np.ascontiguousarray(y)
    save_file(tensors, "Tests/StyleTransferTests/Stylizer/Goldens/styles.safetensors",
              {"script": "Scripts/golden/dense.py", "versions": versions, "seed": "0"})
