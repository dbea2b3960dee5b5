#!/usr/bin/env python3
"""Goldens of ModelsTests/Explaining: Grad-CAM (Selvaraju et al. 2016) of the best class, by hooks in PyTorch, before scaling.

Networks have formula-filled weights; the input is filling 7. Usage: gradcam.py
"""
import os
import torch, torchvision
from safetensors.torch import save_file
from formula import fill, fill_module
from zoo_training import tiny_vit

FILE = os.path.join(os.path.dirname(__file__), "../../Tests/ModelsTests/Explaining/Goldens/gradcam.safetensors")
M = torchvision.models
NETWORKS = {  # builder, input, layer whose output is the map, its channels first
    "resnet18": (M.resnet18, [1, 3, 96, 128], lambda m: m.layer4, lambda t: t),
    "vgg11": (M.vgg11, [1, 3, 64, 96], lambda m: m.features, lambda t: t),
    "mobilenet_v2": (M.mobilenet_v2, [1, 3, 96, 64], lambda m: m.features, lambda t: t),
    "swin_t": (M.swin_t, [1, 3, 96, 128], lambda m: m.norm, lambda t: t.permute(0, 3, 1, 2)),
    "vit": (tiny_vit, [1, 3, 32, 32], lambda m: m.encoder.layers[-1].ln_1, lambda t: t[:, 1:].transpose(1, 2).reshape(1, -1, 4, 4)),
}


def main():
    result = {}
    for name, (build, shape, layer, planes) in NETWORKS.items():
        model, kept = fill_module(build(), 1.4).double(), {}

        def hook(module, inputs, output):
            kept["map"] = output.detach().clone().requires_grad_(True)
            return kept["map"]

        layer(model).register_forward_hook(hook)
        scores = model(torch.from_numpy(fill(shape, 7)).double())
        scores[0].max().backward()
        map, gradient = planes(kept["map"].detach()), planes(kept["map"].grad)
        cam = (map * gradient.mean((2, 3), keepdim=True)).sum(1)[0].relu()
        print(name, tuple(cam.shape), cam.max().item(), (cam > 0).float().mean().item())
        result[name] = cam.float().contiguous()
    os.makedirs(os.path.dirname(FILE), exist_ok=True)
    save_file(result, FILE, {"script": "gradcam.py", "torch": torch.__version__, "torchvision": torchvision.__version__})


main()
