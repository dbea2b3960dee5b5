#!/usr/bin/env python3
"""Goldens of ModelsTests/Training: one training step of the networks, with formula-filled weights and dropout left out.

The loss is the sum of all outputs, each times a filling (seeds 11, 12, ...). Of every parameter's gradient the golden has its length
and its product with the filling that the parameter itself would get at gain 1: together they pin it down. Of running
statistics the same, after the step. A few gradients stand there by samples. All in float64; what float32 differs by is printed.
Usage: zoo_training.py [ID ...] (default: all; others are kept)
"""
import copy, json, os, sys
import numpy as np
import torch, torchvision
from safetensors import safe_open
from safetensors.torch import save_file
import zoo_cnn, zoo_dense
from formula import fill, fill_module, fill_parameter

FILE = os.path.join(os.path.dirname(__file__), "../../Tests/ModelsTests/Training/Goldens/training.safetensors")
SEED = 5
M = torchvision.models


def tiny_vit():
    return M.VisionTransformer(image_size=32, patch_size=8, num_layers=2, num_heads=3, hidden_dim=48, mlp_dim=96, num_classes=10)


def fcn(): return M.segmentation.fcn_resnet50(weights=None, weights_backbone=None, aux_loss=True)
def google(): return M.googlenet(weights=None, aux_logits=True, init_weights=False)


NETWORKS = {  # builder, shape
    "lenet": (zoo_cnn.BUILDERS["lenet"], [4, 1, 28, 28]), "nin": (zoo_cnn.BUILDERS["nin"], [2, 3, 96, 96]),
    "alexnet": (M.alexnet, [2, 3, 79, 96]), "googlenet": (google, [4, 3, 64, 64]),
    "resnet18": (M.resnet18, [4, 3, 64, 72]), "densenet121": (M.densenet121, [4, 3, 64, 64]),
    "mobilenet_v2": (M.mobilenet_v2, [4, 3, 64, 72]), "mobilenet_v3_small": (M.mobilenet_v3_small, [4, 3, 64, 64]),
    "efficientnet_b0": (M.efficientnet_b0, [4, 3, 64, 64]), "shufflenet_v2_x1_0": (M.shufflenet_v2_x1_0, [4, 3, 64, 64]),
    "squeezenet1_1": (M.squeezenet1_1, [2, 3, 65, 82]), "vit_tiny": (tiny_vit, [3, 3, 32, 32]), "swin_t": (M.swin_t, [2, 3, 65, 82]),
    "swin_v2_t": (M.swin_v2_t, [2, 3, 65, 50]), "convnext_tiny": (M.convnext_tiny, [2, 3, 64, 64]), "unet": (zoo_dense.BUILDERS["unet"], [2, 3, 33, 34]),
    "fcn_resnet50": (fcn, [2, 3, 40, 48]), "vgg11_bn": (M.vgg11_bn, [2, 3, 64, 64]),
}
# Gains at which neither activations nor gradients die out or grow without bound: the best of these is taken.
GAINS = (1.4, 1.0, 1.7)


def outputs(model, x):
    y = model(x)
    if isinstance(y, dict): return list(y.values())
    if isinstance(y, tuple): return [y[0], *[v for v in reversed(y[1:]) if v is not None]]  # logits, aux1, aux2
    return [y]


def step(model, x):
    model.train()
    for module in model.modules():
        if isinstance(module, (torch.nn.Dropout, torchvision.ops.StochasticDepth)): module.p = 0.0
    y = outputs(model, x)
    loss = sum((v * torch.from_numpy(fill(tuple(v.shape), 11 + i)).to(v.dtype)).sum() for i, v in enumerate(y))
    loss.backward()
    values = {k: p.grad if p.grad is not None else torch.zeros_like(p) for k, p in model.named_parameters()}
    values |= {k: b for k, b in model.named_buffers() if "running" in k}
    return loss.item(), values


def summary(values):
    rows = {}
    for key, value in values.items():
        weight = torch.from_numpy(np.asarray(fill_parameter(key, tuple(value.shape)))).double()
        rows[key] = [value.double().norm().item(), (value.double() * weight).sum().item(), weight.norm().item()]
    return rows


def run(name, tensors, networks):
    build, shape = NETWORKS[name]
    torch.manual_seed(SEED)
    fresh, x = build(), torch.from_numpy(fill(shape, SEED))
    best = None
    for gain in GAINS:  # ReLU6 and ReLU have kinks: at some fillings a rounding decides the side
        model = copy.deepcopy(fresh)
        fill_module(model, gain)
        loss, values = step(copy.deepcopy(model).double(), x.double())
        _, single = step(model, x)
        largest = max(v.norm().item() for k, v in values.items() if "running" not in k)
        error = max(((single[k].double() - v).norm() / max(v.norm().item(), 1e-4 * largest, 1e-30)).item() for k, v in values.items())
        if best is None or error < best[0]: best = (error, gain, loss, values)
        if error < 1e-3: break
    error, gain, loss, values = best
    rows = summary(values)
    # What PyTorch's float32 cannot do either is not asked of us; the tolerance is stated with each network.
    networks[name] = {"shape": shape, "gain": gain, "loss": loss, "tolerance": max(1e-3, 8 * error), "keys": list(rows)}
    tensors[f"{name}/rows"] = torch.tensor(list(rows.values()), dtype=torch.float64).float()
    keys = [k for k in values if "running" not in k]
    for key in (keys[0], keys[len(keys) // 2], keys[-1]):
        flat = values[key].flatten()
        tensors[f"{name}/{key}"] = flat[:: max(1, -(-flat.numel() // 100))].float().contiguous()
    print(f"{name}: gain {gain}, loss {loss:.4g}, float32 differs by {error:.1e}", flush=True)


def main():
    tensors, networks = {}, {}
    if sys.argv[1:] and os.path.exists(FILE):
        with safe_open(FILE, "pt") as file:
            tensors, networks = {k: file.get_tensor(k) for k in file.keys()}, json.loads(file.metadata()["networks"])
    os.makedirs(os.path.dirname(FILE), exist_ok=True)
    for name in sys.argv[1:] or NETWORKS:
        run(name, tensors, networks)
        save_file(tensors, FILE, metadata={
            "script": "Scripts/golden/zoo_training.py", "seed": str(SEED), "networks": json.dumps(networks, separators=(",", ":")),
            "versions": f"torch {torch.__version__}, torchvision {torchvision.__version__}"})
    print(os.path.getsize(FILE), "bytes")


if __name__ == "__main__":
    main()
