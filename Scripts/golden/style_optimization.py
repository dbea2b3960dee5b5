#!/usr/bin/env python3
"""Goldens of StyleTransferTests/Optimizing: the losses of 20 steps of style transfer, with torch.optim on PyTorch's tutorial's loss, in float64
(mean squared differences of features and of Gram matrices over C H W; levels clamped to 0 ... 1 before each step).

Over torchvision's VGG-19 with formula-filled weights; pictures are fillings as bytes. Usage: style_optimization.py
"""
import json, os
import numpy as np
import torch, torchvision
import torch.nn.functional as F
from formula import fill, fill_module

FILE = os.path.join(os.path.dirname(__file__), "../../Tests/StyleTransferTests/Optimizing/Goldens/optimization.json")
MEAN, STD = [torch.tensor(v).reshape(1, 3, 1, 1) for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))]
STYLE, CONTENT = [1, 6, 11, 20, 29], [22]  # relu1_1 ... relu5_1, relu4_2
WEIGHTS = (1.0, 1e3, 10.0)


def picture(height, width, seed, frequency):
    """Waves with some noise, as bytes: whole numbers that both sides compute alike."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    base = (x * frequency + y * (5 + c) + c * 40) % 200
    noise = ((fill([height, width, 3], seed) + 1) * 20).astype(np.int64)
    return torch.from_numpy((base + noise).astype(np.uint8)).permute(2, 0, 1)[None].float() / 255


def gram(x):
    n, c, h, w = x.shape
    x = x.reshape(n, c, h * w)
    return x @ x.transpose(1, 2) / (c * h * w)


def features(model, image, indices):
    x, found = (image - MEAN) / STD, {}
    for i, layer in enumerate(model.features):
        x = F.relu(x) if isinstance(layer, torch.nn.ReLU) else layer(x)
        if i in indices: found[i] = x
        if i == max(indices): break
    return [found[i] for i in indices]


def run(model, optimizer, variation, dtype=torch.float64):
    global MEAN, STD
    model, MEAN, STD = model.to(dtype), MEAN.to(dtype), STD.to(dtype)
    content, style = [picture(*p).contiguous().to(dtype) for p in ((32, 48, 1, 3), (40, 32, 2, 11))]
    with torch.no_grad():
        wanted = features(model, content, CONTENT)
        grams = [gram(f) for f in features(model, style, STYLE)]
    image = content.clone().requires_grad_(True)
    if optimizer == "lbfgs":
        opt = torch.optim.LBFGS([image], lr=1, max_iter=1, history_size=20, tolerance_grad=0, tolerance_change=0)
    else:
        opt = torch.optim.Adam([image], lr=0.02)
    losses = []
    for _ in range(20):
        with torch.no_grad(): image.clamp_(0, 1)

        def closure():
            opt.zero_grad()
            found = features(model, image, CONTENT + STYLE)
            c = sum(F.mse_loss(a, b) for a, b in zip(found, wanted)) * WEIGHTS[0]
            s = sum(F.mse_loss(gram(a), g) for a, g in zip(found[len(CONTENT):], grams)) * WEIGHTS[1]
            t = 0.5 * ((image[:, :, 1:] - image[:, :, :-1]).abs().mean() + (image[..., 1:] - image[..., :-1]).abs().mean())
            t = t * variation
            losses.append([v.item() for v in (c, s, t)])
            loss = c + s + t
            loss.backward()
            return loss

        opt.step(closure)
    return losses


def main():
    model = fill_module(torchvision.models.vgg19(weights=None), 1.4)
    result = {"script": "style_optimization.py", "torch": torch.__version__, "torchvision": torchvision.__version__,
              "weights": WEIGHTS, "runs": {}, "float32": {}}
    for name, optimizer, variation in (("lbfgs", "lbfgs", 0.0), ("lbfgs smooth", "lbfgs", WEIGHTS[2]), ("adam", "adam", WEIGHTS[2])):
        result["runs"][name] = run(model, optimizer, variation)
        exact, single = [np.array(r).sum(1) for r in (result["runs"][name], run(model, optimizer, variation, torch.float32))]
        # By how much PyTorch's own float32 has moved away: kinks of ReLU and pooling make rounding grow from step to step.
        result["float32"][name] = np.abs(single / exact - 1).tolist()
        print(name, ["%.0e" % v for v in result["float32"][name]])
    os.makedirs(os.path.dirname(FILE), exist_ok=True)
    json.dump(result, open(FILE, "w"))


if __name__ == "__main__":
    main()
