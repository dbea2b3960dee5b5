#!/usr/bin/env python3
"""Goldens of StyleTransferTests/Training: the loss of one step of a style network's training and the gradients' norms, in float64.

Over torchvision's VGG-19; all weights are formula-filled, pictures are those of style_optimization.py. Usage: style_training.py
"""
import json, os
import torch, torchvision
import torch.nn.functional as F
import style_optimization as given
from formula import fill_module
from zoo_dense import TransformerNet

FILE = os.path.join(os.path.dirname(__file__), "../../Tests/StyleTransferTests/Training/Goldens/training.json")


def main():
    double = torch.float64
    given.MEAN, given.STD = given.MEAN.to(double), given.STD.to(double)
    features = fill_module(torchvision.models.vgg19(weights=None), 1.4).to(double)
    network = fill_module(TransformerNet(4), 1.4).to(double).train()
    photos = torch.cat([given.picture(48, 48, 1, 3), given.picture(48, 48, 5, 7)]).to(double) * 255
    style = given.picture(48, 48, 2, 11).to(double)
    with torch.no_grad():
        wanted = given.features(features, photos / 255, given.CONTENT)
        grams = [given.gram(f) for f in given.features(features, style, given.STYLE)]
    painted = network(photos) / 255
    found = given.features(features, painted, given.CONTENT + given.STYLE)
    content = sum(F.mse_loss(a, b) for a, b in zip(found, wanted)) * given.WEIGHTS[0]
    styles = sum(F.mse_loss(given.gram(a), g.expand(2, -1, -1)) for a, g in zip(found[len(given.CONTENT):], grams)) * given.WEIGHTS[1]
    variation = 0.5 * ((painted[:, :, 1:] - painted[:, :, :-1]).abs().mean() + (painted[..., 1:] - painted[..., :-1]).abs().mean())
    parts = [content, styles, variation * given.WEIGHTS[2]]
    sum(parts).backward()
    result = {"script": "style_training.py", "torch": torch.__version__, "torchvision": torchvision.__version__,
              "weights": given.WEIGHTS, "parts": [p.item() for p in parts],
              "norms": {k: p.grad.norm().item() for k, p in network.named_parameters()}}
    os.makedirs(os.path.dirname(FILE), exist_ok=True)
    json.dump(result, open(FILE, "w"))
    print(result["parts"])


main()
