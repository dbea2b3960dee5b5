#!/usr/bin/env python3
"""Goldens of SegmentationTests/Training: one training step of segmenters with each loss, dropout left out, and scores of class maps.

Of every parameter's gradient the golden has its length and its product with the filling that the parameter itself would get at gain 1
(as zoo_training.py). Losses are written out here by their definitions: cross-entropy and focal loss over the pixels that are not 255,
Dice's over all classes. All in float64; what float32 differs by is printed, and the tolerance is eight times that. Scores: the formulas of
`ConfusionMatrix` in torchvision's references/segmentation, in NumPy."""
import copy, json, os
import numpy as np
import torch, torchvision
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn
from torchvision.models._utils import IntermediateLayerGetter
from torchvision.models.segmentation.fcn import FCN, FCNHead
import zoo_dense
from formula import fill, fill_module
from zoo_training import summary

FOLDER = os.path.join(os.path.dirname(__file__), "../../Tests/SegmentationTests/Training/Goldens")
VOID, CLASSES = 255, 5
WEIGHTS = [0.5, 1.0, 2.0, 0.25, 1.5]


class DictionaryUNet(zoo_dense.UNet):
    def forward(self, x):
        return {"out": super().forward(x)}


def fcn():
    dilated = [False, True, True]
    net = torchvision.models.resnet.ResNet(
        torchvision.models.resnet.Bottleneck, [1, 1, 1, 1], replace_stride_with_dilation=dilated)
    backbone = IntermediateLayerGetter(net, {"layer4": "out", "layer3": "aux"})
    return FCN(backbone, FCNHead(2048, CLASSES), FCNHead(1024, CLASSES))


def lraspp():
    return torchvision.models.segmentation.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=CLASSES)


def cross_entropy(y, t, weights, smoothing):
    return F.cross_entropy(y, t, weight=weights, ignore_index=VOID, label_smoothing=smoothing)


def focal(y, t, weights, gamma):
    entropy = F.cross_entropy(y, t, ignore_index=VOID, reduction="none")
    losses = (1 - torch.exp(-entropy)) ** gamma * entropy
    known = t != VOID
    if weights is not None:
        losses = losses * weights[torch.where(known, t, 0)]
    return losses[known].sum() / known.sum()


def dice(y, t):
    known = (t != VOID).unsqueeze(1)
    p = y.softmax(1) * known
    hot = F.one_hot(torch.where(t == VOID, 0, t), y.shape[1]).permute(0, 3, 1, 2) * known
    common, sizes = (p * hot).sum((0, 2, 3)), p.sum((0, 2, 3)) + hot.sum((0, 2, 3))
    return (1 - (2 * common + 1) / (sizes + 1)).mean()


CASES = {  # network, shape, terms, class weights, smoothing
    "unet_ce": ("unet", [2, 3, 37, 42], {"cross_entropy": 1}, False, 0.0),
    "unet_ce_dice": ("unet", [2, 3, 32, 40], {"cross_entropy": 1, "dice": 0.5}, True, 0.1),
    "fcn_ce_aux": ("fcn", [2, 3, 40, 48], {"cross_entropy": 1}, True, 0.0),
    "lraspp_focal": ("lraspp", [2, 3, 64, 72], {"focal": 1}, True, 0.0),
}
BUILDERS = {"unet": lambda: DictionaryUNet(classes=CLASSES, widths=(8, 16, 24)), "fcn": fcn, "lraspp": lraspp}


def labels(shape, seed, classes):
    """The last of classes + 1 numbers is void."""
    index = np.floor((fill(shape, seed).astype(np.float64) + 1) / 2 * (classes + 1)).astype(np.int64)
    return np.where(index == classes, VOID, index)


def step(model, x, t, terms, weighted, smoothing):
    model.train()
    for module in model.modules():
        if isinstance(module, nn.Dropout): module.p = 0.0
    weights = torch.tensor(WEIGHTS, dtype=x.dtype) if weighted else None
    y, total = model(x), 0
    for name, value in y.items():
        part = sum(w * {"cross_entropy": lambda: cross_entropy(value, t, weights, smoothing), "dice": lambda: dice(value, t),
                        "focal": lambda: focal(value, t, weights, 2)}[kind]() for kind, w in terms.items())
        total = total + part * (0.5 if name == "aux" else 1)
    total.backward()
    return total.item(), {k: p.grad for k, p in model.named_parameters()}


def main():
    tensors, cases = {}, {}
    for name, (network, shape, terms, weighted, smoothing) in CASES.items():
        torch.manual_seed(0)
        fresh, best = BUILDERS[network](), None
        x = torch.from_numpy(fill(shape, 3))
        t = torch.from_numpy(labels([shape[0]] + shape[2:], 4, CLASSES))
        for gain in (1.4, 1.0, 1.7):
            model = fill_module(copy.deepcopy(fresh), gain)
            loss, values = step(copy.deepcopy(model).double(), x.double(), t, terms, weighted, smoothing)
            _, single = step(model, x, t, terms, weighted, smoothing)
            largest = max(v.norm().item() for v in values.values())
            error = max(((single[k].double() - v).norm() / max(v.norm().item(), 1e-4 * largest)).item() for k, v in values.items())
            if best is None or error < best[0]: best = (error, gain, loss, values)
        error, gain, loss, values = best
        rows = summary(values)
        cases[name] = {"shape": shape, "gain": gain, "loss": loss, "tolerance": max(1e-3, 8 * error), "keys": list(rows),
                       "terms": terms, "weights": WEIGHTS if weighted else None, "smoothing": smoothing}
        tensors[name] = torch.tensor(list(rows.values()), dtype=torch.float64).float()
        print(f"{name}: gain {gain}, loss {loss:.5f}, float32 differs by {error:.1e}")
    scores = []
    for classes, shape, seed in ((2, [30, 41], 7), (5, [64, 50], 8), (21, [33, 57], 9)):
        h = np.zeros((classes, classes), np.int64)
        for picture in range(2):
            truth = labels(shape, seed + 20 * picture, classes).flatten()
            guess = labels(shape, seed + 10 + 20 * picture, classes - 1).flatten()
            # Half of the pixels are right; the last class is never found, and no class beyond it.
            right = fill(shape, seed + 15 + 20 * picture).flatten() > 0
            guess = np.where(guess == VOID, 0, guess)
            guess = np.where(right & (truth < classes - 1), truth, guess)
            k = truth < classes
            h += np.bincount(classes * truth[k] + guess[k], minlength=classes ** 2).reshape(classes, classes)
        h = h.astype(np.float64)
        d = np.diag(h)
        iou = d / (h.sum(1) + h.sum(0) - d)
        scores.append({"classes": classes, "shape": shape, "seed": seed, "pixel_accuracy": d.sum() / h.sum(),
                       "mean_accuracy": (d / h.sum(1)).mean(), "iou": iou.tolist(), "miou": iou.mean()})
    os.makedirs(FOLDER, exist_ok=True)
    file = os.path.join(FOLDER, "training.safetensors")
    save_file(tensors, file, metadata={
        "script": "Scripts/golden/segmentation_training.py", "seed": "3, 4, 7 to 9", "cases": json.dumps(scores),
        "networks": json.dumps(cases), "versions": f"torch {torch.__version__}, torchvision {torchvision.__version__}, numpy {np.__version__}"})
    print(os.path.getsize(file), "bytes")


if __name__ == "__main__":
    main()
