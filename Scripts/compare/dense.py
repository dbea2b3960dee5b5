"""U-Nets, FCN-32s/16s/8s and style networks with random weights against PyTorch, at odd sizes, through `vision infer`.

Run from the project's root after `make build`: python Scripts/compare/dense.py [NAME ...] (needs torch, torchvision, safetensors)."""
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file, save_file

sys.path.insert(0, "Scripts/golden")
from zoo_dense import BUILDERS

SHAPES = {
    "unet": [(2, 3, 67, 85), (1, 3, 96, 128), (1, 3, 16, 31)], "unet_paper": [(1, 1, 188, 204), (2, 1, 188, 188)],
    "fcn32s": [(1, 3, 64, 96), (2, 3, 75, 101), (1, 3, 1, 1)], "fcn16s": [(1, 3, 64, 96), (2, 3, 75, 101)],
    "fcn8s": [(1, 3, 64, 96), (2, 3, 75, 101)], "transformer_net": [(1, 3, 67, 90)],
    "transformer_net_nc16": [(2, 3, 64, 48), (1, 3, 5, 6), (1, 3, 121, 83)],
}


def settle(network, x):
    """Batch norm's statistics near those of x, so that activations stay alive through the depth."""
    norms = [m for m in network.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None
    with torch.no_grad():
        if norms:
            network.train()(x)
        network.eval()


failed = False
for name in sys.argv[1:] or BUILDERS:
    torch.manual_seed(3)
    network = BUILDERS[name]().eval()
    for shape in SHAPES[name]:
        x = torch.rand(shape) * (255 if name.startswith("transformer") else 1)
        if min(shape[2:]) > 32:
            settle(network, x)
        with torch.no_grad():
            y = network(x)
        with tempfile.TemporaryDirectory() as d:
            save_file({k: v.contiguous() for k, v in network.state_dict().items()}, f"{d}/w.safetensors")
            save_file({"input": x}, f"{d}/i.safetensors")
            subprocess.run([".build/release/vision", "infer", "--model", name, "--weights", f"{d}/w.safetensors", "--input",
                            f"{d}/i.safetensors", "-o", f"{d}/o.safetensors"], check=True, stdout=subprocess.DEVNULL)
            ours = load_file(f"{d}/o.safetensors")["output"]
        error = (ours - y).abs().max() / y.abs().max() if ours.shape == y.shape else float("inf")
        failed |= not error < 1e-4
        print(f"{name} {list(shape)} -> {list(y.shape)}: {error:.1e} of the largest output")
sys.exit(int(failed))
