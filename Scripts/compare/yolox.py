"""Whole YOLOX networks with random weights against PyTorch, at 416x640 and batch 3, through `vision infer`.

Run from the project's root after `make build`: python Scripts/compare/yolox.py [SIZE ...] (needs torch and safetensors)."""
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file, save_file

sys.path.insert(0, "Scripts/golden")
from yolox_reference import YOLOX

for size in sys.argv[1:] or ["tiny", "s"]:
    torch.manual_seed(3)
    network = YOLOX(size)
    x = torch.rand(3, 3, 416, 640) * 255
    # Statistics near those of x keep the activations alive through the depth.
    norms = [m for m in network.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None
    with torch.no_grad():
        network.train()(x)
        y = network.eval()(x)
        exact = network.double()(x.double())
        network.float()
    with tempfile.TemporaryDirectory() as d:
        save_file({k: v.contiguous() for k, v in network.state_dict().items()}, f"{d}/w.safetensors")
        save_file({"input": x}, f"{d}/i.safetensors")
        subprocess.run([".build/release/vision", "infer", "--model", f"yolox_{size}", "--weights", f"{d}/w.safetensors",
                        "--input", f"{d}/i.safetensors", "-o", f"{d}/o.safetensors"], check=True)
        ours = load_file(f"{d}/o.safetensors")["output"]
    worst = lambda a, b: ((a - b).abs().max() / b.abs().max()).item()
    print(f"yolox_{size}: boxes {worst(ours[..., :4], y[..., :4]):.1e}, probabilities {worst(ours[..., 4:], y[..., 4:]):.1e} of the largest; "
          f"float64: ours {worst(ours.double(), exact):.1e}, PyTorch's {worst(y.double(), exact):.1e}")
    assert worst(ours[..., :4], y[..., :4]) < 1e-4 and worst(ours[..., 4:], y[..., 4:]) < 1e-4
