"""Networks of the catalog with random weights against PyTorch, layer by layer, through `vision infer --layers`.

Prints how far the outputs lie apart, how far each lies from float64 (a network that amplifies rounding does so for both), and
the first layer that differs by more than the tolerance (relative to its largest value).
Run from the project's root after `make build`: python Scripts/compare/zoo.py ID ... [--tolerance 1e-4] [--size HxW] [--batch N] [--seed N]"""
import argparse
import copy
import os
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file, save_file

sys.path.insert(0, "Scripts/golden")
import zoo

arguments = argparse.ArgumentParser()
arguments.add_argument("ids", nargs="+")
arguments.add_argument("--tolerance", type=float, default=1e-4)
arguments.add_argument("--size")
arguments.add_argument("--batch", type=int, default=1)
arguments.add_argument("--seed", type=int, default=1)
options = arguments.parse_args()
VISION = os.environ.get("VISION", ".build/release/vision")


def settle(model, x):
    """Statistics of batch norm near those of x, so that activations stay alive through the depth."""
    def take(norm, inputs):
        t = inputs[0].detach()
        norm.running_mean.copy_(t.mean((0, 2, 3)))
        norm.running_var.copy_(t.var((0, 2, 3)).nan_to_num(1).clamp_min(1e-3))

    hooks = [m.register_forward_pre_hook(take) for m in model.modules() if hasattr(m, "running_var") and m.running_var is not None]
    zoo.outputs(model, name, x)
    for hook in hooks: hook.remove()


def layers(model, x):
    found, hooks = {}, []
    for path, module in model.named_modules():
        def keep(_, __, result, path=path):
            calls = sum(k == path or k.startswith(path + "#") for k in found)
            if isinstance(result, torch.Tensor): found[f"{path}#{calls + 1}" if calls else path] = result.detach().clone()
        if path: hooks.append(module.register_forward_hook(keep))
    result = zoo.outputs(model, name, x)
    for hook in hooks: hook.remove()
    return found, result


def apart(a, b): return ((a.double() - b.double()).abs().max() / b.double().abs().max().clamp_min(1e-30)).item() if b.numel() else 0.0


for name in options.ids:
    torch.manual_seed(options.seed)
    model = zoo.build(name).eval()
    shape = [options.batch, *zoo.shape(name)[1:]]
    if options.size: shape[2:] = map(int, options.size.split("x"))
    if zoo.is_detector(name): shape[0] = 1
    x = torch.rand(shape) if zoo.is_detector(name) else torch.randn(shape)
    settle(model, x)
    theirs, y = layers(model, x)
    _, exact = layers(copy.deepcopy(model).double(), x.double())
    with tempfile.TemporaryDirectory() as d:
        save_file({k: v.contiguous() for k, v in model.state_dict().items()}, f"{d}/w.safetensors")
        save_file({"input": x}, f"{d}/i.safetensors")
        subprocess.run([VISION, "infer", "--model", name, "--weights", f"{d}/w.safetensors", "--input", f"{d}/i.safetensors",
                        "-o", f"{d}/o.safetensors", "--layers", f"{d}/l.safetensors"], check=True, stdout=subprocess.DEVNULL)
        ours, own = load_file(f"{d}/o.safetensors"), load_file(f"{d}/l.safetensors")
    same = {k: v for k, v in y.items() if k in ours and ours[k].shape == v.shape and v.is_floating_point()}
    print(name, shape, "outputs", {k: f"{apart(ours[k], v):.1e}" for k, v in same.items()},
          "ours from float64", {k: f"{apart(ours[k], exact[k]):.1e}" for k in same if exact[k].shape == ours[k].shape},
          "PyTorch's", {k: f"{apart(y[k], exact[k]):.1e}" for k in same if exact[k].shape == y[k].shape})
    missing = set(y) ^ set(ours)
    if missing: print("  outputs of one only:", sorted(missing))
    compared = [k for k in theirs if k in own]
    first = next((k for k in compared if own[k].shape != theirs[k].shape or apart(own[k], theirs[k]) > options.tolerance), None)
    print(f"  {len(compared)} layers compared;", "all within the tolerance" if first is None else
          f"the first beyond {options.tolerance}: {first} {list(own[first].shape)} for {list(theirs[first].shape)}"
          + (f", {apart(own[first], theirs[first]):.1e}" if own[first].shape == theirs[first].shape else ""))
