#!/usr/bin/env python3
"""Goldens of CatalogTests/Training/LossCurves: the losses of 20 steps of SGD (momentum 0.9) of d2l's networks, by PyTorch.

Formula-filled weights, no dropout, the same 20 batches of 8 pieces of the ten photographs in the folder VISION_TEST_DATA. In float64; by how much float32 moves away is stored beside them.
Usage: training_losses.py [ID ...] (default: all; others are kept)
"""
import json, os, sys
import numpy as np
import torch, torchvision
from PIL import Image
import zoo_cnn
from formula import fill_module

FILE = os.path.join(os.path.dirname(__file__), "../../Tests/CatalogTests/Training/Goldens/losses.json")
M = torchvision.models
BN = 1e-3
def googlenet(): return M.googlenet(weights=None, aux_logits=False, init_weights=False)


PHOTOS = ("amber", "cat1", "catdog", "dog", "dog2", "eagle", "giraffe", "horses", "person", "tokyo2")
# Builder, side of the pieces, channels, rate. Batch norm over few values makes rounding grow from step to step: smaller rates there.
NETWORKS = {
    "lenet": (zoo_cnn.BUILDERS["lenet"], 28, 1, 0.01), "alexnet": (M.alexnet, 64, 3, 0.003), "vgg11": (M.vgg11, 32, 3, 0.003),
    "nin": (zoo_cnn.BUILDERS["nin"], 96, 3, 0.01), "googlenet": (googlenet, 96, 3, BN), "resnet18": (M.resnet18, 96, 3, BN),
    "densenet121": (M.densenet121, 96, 3, BN),
}


def batches(side, channels):
    """Tile n of 64x64 (or less) is cut out of photograph n % 10, at place n // 10 of a grid of 4 x 4; its class is the photograph."""
    folder = os.path.join(os.environ["VISION_TEST_DATA"], "photos")
    photos = [np.asarray(Image.open(os.path.join(folder, name + ".jpg")).convert("RGB")) for name in PHOTOS]
    tiles = []
    for n in range(160):
        photo, place = photos[n % 10], n // 10
        y, x = (photo.shape[0] - side) * (place // 4) // 3, (photo.shape[1] - side) * (place % 4) // 3
        tile = photo[y:y + side, x:x + side].transpose(2, 0, 1)
        tiles.append(tile if channels == 3 else tile[1:2])
    x = (np.stack(tiles).astype(np.float64) / 255 - 0.5) / 0.25
    return torch.from_numpy(x).split(8), torch.arange(160).remainder(10).split(8)


def run(name, dtype):
    build, side, channels, rate = NETWORKS[name]
    model = fill_module(build(), 1.0).to(dtype).train()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout): module.p = 0.0
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    losses = []
    for x, y in zip(*batches(side, channels)):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x.to(dtype)), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def main():
    result = json.load(open(FILE)) if os.path.exists(FILE) else {}
    result |= {"script": "training_losses.py", "torch": torch.__version__, "torchvision": torchvision.__version__}
    result.setdefault("losses", {}), result.setdefault("float32", {})
    for name in sys.argv[1:] or NETWORKS:
        exact, single = run(name, torch.float64), run(name, torch.float32)
        result["losses"][name] = exact
        result["float32"][name] = [abs(a / b - 1) for a, b in zip(single, exact)]
        print(name, "%.3f -> %.3f" % (exact[0], exact[-1]), "float32 differs by %.1e" % max(result["float32"][name]), flush=True)
        os.makedirs(os.path.dirname(FILE), exist_ok=True)
        json.dump(result, open(FILE, "w"))


if __name__ == "__main__": main()
