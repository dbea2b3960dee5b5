#!/usr/bin/env python3
"""Goldens of ModelsTests/Training: how fresh torchvision models are filled.

For every parameter, in the order of the sorted keys: number of elements, mean, deviation, and the fourth moment over the square of the
second (1.8 where uniform, 3 where normal). Usage: initial_weights.py
"""
import json, os
import torch, torchvision
from safetensors.torch import save_file
from zoo_training import tiny_vit

FILE = os.path.join(os.path.dirname(__file__), "../../Tests/ModelsTests/Training/Goldens/initial.safetensors")
M = torchvision.models
S = M.segmentation
BARE = {"weights": None, "weights_backbone": None}
NETWORKS = {
    "alexnet": M.alexnet, "vgg11_bn": M.vgg11_bn, "googlenet": lambda: M.googlenet(weights=None, init_weights=True),
    "inception_v3": lambda: M.inception_v3(weights=None, init_weights=True), "resnet18": M.resnet18, "resnext50_32x4d": M.resnext50_32x4d,
    "densenet121": M.densenet121, "mobilenet_v2": M.mobilenet_v2, "mobilenet_v3_small": M.mobilenet_v3_small, "efficientnet_b0": M.efficientnet_b0,
    "efficientnet_v2_s": M.efficientnet_v2_s, "shufflenet_v2_x1_0": M.shufflenet_v2_x1_0, "squeezenet1_1": M.squeezenet1_1,
    "vit_tiny": tiny_vit, "swin_t": M.swin_t, "swin_v2_t": M.swin_v2_t, "convnext_tiny": M.convnext_tiny,
    "fcn_resnet50": lambda: S.fcn_resnet50(**BARE, aux_loss=True), "deeplabv3_mobilenet_v3_large": lambda: S.deeplabv3_mobilenet_v3_large(**BARE, aux_loss=True),
    "lraspp_mobilenet_v3_large": lambda: S.lraspp_mobilenet_v3_large(**BARE),
}


def row(p):
    p = p.detach().double().flatten()
    spread = p.std(unbiased=False)
    return [p.numel(), p.mean().item(), spread.item(), (((p - p.mean()) / spread) ** 4).mean().item() if spread > 0 else 0.0]


tensors, keys = {}, {}
for name, build in NETWORKS.items():
    torch.manual_seed(7)
    parameters = sorted(build().named_parameters())
    keys[name] = len(parameters)
    tensors[name] = torch.tensor([row(p) for _, p in parameters], dtype=torch.float64).float()
    print(name, len(parameters), flush=True)
save_file(tensors, FILE, metadata={
    "script": "Scripts/golden/initial_weights.py", "seed": "7", "networks": json.dumps(keys),
    "versions": f"torch {torch.__version__}, torchvision {torchvision.__version__}"})
print(os.path.getsize(FILE), "bytes")
