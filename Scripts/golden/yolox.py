"""Goldens of YOLOX: formula-filled networks in PyTorch, and the keys and shapes of every variant.

Run from the project's root: python Scripts/golden/yolox.py"""
import json
import sys

import numpy as np
import torch
from safetensors.numpy import save_file

sys.path.insert(0, "Scripts/golden")
from formula import fill, fill_module
from yolox_reference import YOLOX

GAIN = 0.9
tensors, cases = {}, []
for size, shape, classes in (("nano", (2, 3, 96, 64), 80), ("tiny", (1, 3, 64, 128), 80), ("s", (2, 3, 32, 96), 7)):
    network = fill_module(YOLOX(size, classes), GAIN)
    x = fill(shape, 11, 127.5, 127.5)
    with torch.no_grad():
        y = network(torch.from_numpy(x)).numpy()
    assert np.isfinite(y).all() and y[..., 5:].std() > 1e-3, (size, y[..., 5:].std())
    name = f"yolox_{size}_{classes}"
    tensors[name] = np.ascontiguousarray(y)
    cases.append({"variant": size, "classes": classes, "shape": list(shape), "output": name})
keys = {size: [[k, list(v.shape)] for k, v in YOLOX(size).state_dict().items()] for size in ("nano", "x")}
metadata = {"script": "Scripts/golden/yolox.py", "versions": f"torch {torch.__version__}", "seed": "11", "gain": str(GAIN),
            "cases": json.dumps(cases), "keys": json.dumps(keys)}
save_file(tensors, "Tests/ModelsTests/YOLOX/Goldens/yolox.safetensors", metadata)
print({k: v.shape for k, v in tensors.items()})
