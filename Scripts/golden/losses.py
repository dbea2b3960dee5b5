"""Tests/NeuralNetworkTests/Losses/Goldens/losses.safetensors: PyTorch's and torchvision's losses of formula-filled predictions
and their gradients, in double precision, rounded."""
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
import torchvision
from safetensors.numpy import save_file

from formula import fill

cases, tensors = [], {}
IGNORED = 1


def upstream(loss):
    if loss.ndim == 0:
        return loss
    return (loss * torch.linspace(0.5, 1.5, loss.numel(), dtype=torch.float64).reshape(loss.shape)).sum()


def add(shape, soft=False, **settings):
    seed, key = 50 + 10 * len(cases), str(len(cases))
    scale = settings.pop("scale", 4.0)
    x = torch.from_numpy(fill(shape, seed, scale)).double().requires_grad_()
    classes = shape[1]
    weights = torch.from_numpy(fill([classes], seed + 1, 0.5, 1.0)).double() if settings.get("weighted") else None
    if soft:
        targets = torch.softmax(torch.from_numpy(fill(shape, seed + 2, 2.0)).double(), 1).float()
        given = targets.double()
    else:
        rows = [shape[0]] + shape[2:]
        targets = torch.from_numpy(np.floor((fill(rows, seed + 2) + 1) / 2 * classes).astype(np.int64).clip(0, classes - 1))
        given = targets
    loss = F.cross_entropy(x, given, weight=weights, ignore_index=-100 if soft else IGNORED, reduction=settings["reduction"],
                           label_smoothing=settings.get("smoothing", 0.0))
    upstream(loss).backward()
    tensors[key + "/targets"] = targets.numpy()
    tensors[key + "/loss"] = loss.detach().float().numpy().copy()
    tensors[key + "/gradient"] = x.grad.float().numpy()
    cases.append(dict(key=key, shape=shape, seed=seed, scale=scale, smoothing=settings.get("smoothing", 0.0),
                      weighted=settings.get("weighted", False), soft=soft, reduction=settings["reduction"]))


for shape in ([5, 3], [3, 37], [2, 5, 3, 7], [1, 3, 5, 9]):
    for weighted in (False, True):
        for smoothing in (0.0, 0.15):
            for reduction in ("none", "mean", "sum"):
                add(shape, weighted=weighted, smoothing=smoothing, reduction=reduction)
add([2, 4], scale=300.0, reduction="mean")
add([2, 4, 17], scale=300.0, smoothing=0.1, reduction="mean")
for shape in ([4, 6], [2, 3, 2, 5]):
    for weighted, smoothing, reduction in ((False, 0.0, "mean"), (True, 0.1, "mean"), (True, 0.0, "none"), (False, 0.2, "sum")):
        add(shape, soft=True, weighted=weighted, smoothing=smoothing, reduction=reduction)



def other(name, loss, *shapes, boxes=False):
    """Input i is filled with the seed 900 + i, scaled 3; boxes are made of fillings with the seeds 900 and 910."""
    if boxes:
        inputs = []
        for seed in (900, 910):
            corner = fill([7, 2], seed, 2.0, 3.0)
            inputs.append(torch.from_numpy(np.concatenate([corner, corner + fill([7, 2], seed + 1, 1.0, 2.0)], 1)))
    else:
        inputs = [torch.from_numpy(fill(shape, 900 + i, 3.0)) for i, shape in enumerate(shapes)]
    x = [v.double().requires_grad_() for v in inputs]
    value = loss(*x)
    upstream(value).backward()
    tensors[name + "/loss"] = value.detach().float().numpy().copy()
    tensors[name + "/gradient"] = x[0].grad.float().numpy()


def dice(x, targets, ignored, smooth=1.0):
    p, known = torch.softmax(x, 1), (targets != ignored)[:, None]
    hot = F.one_hot(torch.where(targets == ignored, 0, targets), x.shape[1]).movedim(-1, 1) * known
    p = p * known
    axes = [0] + list(range(2, x.ndim))
    return (1 - (2 * (p * hot).sum(axes) + smooth) / (p.sum(axes) + hot.sum(axes) + smooth)).mean()


def multi_focal(x, targets, weights, gamma):
    ce = F.cross_entropy(x, targets, reduction="none", ignore_index=IGNORED)
    loss = weights[targets.clamp(0)] * (1 - torch.exp(-ce)) ** gamma * ce
    return loss.sum() / (targets != IGNORED).sum()


def gram(x):
    flat = x.flatten(2)
    return flat @ flat.transpose(1, 2) / (x.shape[1] * x.shape[2] * x.shape[3])


vision = torchvision.ops
unit = lambda t: torch.sigmoid(t.detach())
S = [3, 4]
other("bce", lambda x, t: F.binary_cross_entropy_with_logits(x, unit(t)), S, S)
other("bce_weights", lambda x, t, w, p: F.binary_cross_entropy_with_logits(x, unit(t), w.detach().abs(), None, None, "none", p.detach().abs()),
      S, S, S, [4])
other("sigmoid_focal", lambda x, t: vision.sigmoid_focal_loss(x, unit(t), reduction="none"), S, S)
other("sigmoid_focal_plain", lambda x, t: vision.sigmoid_focal_loss(x, unit(t), -1, 1.5, "sum"), S, S)
other("mse", lambda x, t: F.mse_loss(x, t.detach()), S, S)
other("l1", lambda x, t: F.l1_loss(x, t.detach(), reduction="none"), S, S)
other("smooth_l1", lambda x, t: F.smooth_l1_loss(x, t.detach(), beta=2.5), S, S)
other("huber", lambda x, t: F.huber_loss(x, t.detach(), delta=2.5, reduction="sum"), S, S)
other("distillation", lambda x, t: 9 * F.kl_div(torch.log_softmax(x / 3, 1), torch.softmax(t.detach() / 3, 1), reduction="batchmean"), S, S)
places = torch.from_numpy(np.floor((fill([2, 3, 5], 950) + 1) * 2).astype(np.int64).clip(0, 3))
tensors["places"] = places.numpy()
other("focal", lambda x, w: multi_focal(x, places, w.detach().abs(), 2), [2, 4, 3, 5], [4])
other("dice", lambda x: dice(x, places, IGNORED), [2, 4, 3, 5])
other("gram", gram, [2, 3, 4, 5])
other("total_variation", lambda x: 0.5 * ((x[:, :, 1:] - x[:, :, :-1]).abs().mean() + (x[..., 1:] - x[..., :-1]).abs().mean()), [2, 3, 4, 5])
other("box_generalized", lambda a, b: vision.generalized_box_iou_loss(a, b.detach()), boxes=True)
other("box_distance", lambda a, b: vision.distance_box_iou_loss(a, b.detach(), "mean"), boxes=True)
other("box_complete", lambda a, b: vision.complete_box_iou_loss(a, b.detach()), boxes=True)
other("box_iou", lambda a, b: 1 - torch.diagonal(vision.box_iou(a, b.detach())), boxes=True)

out = Path(__file__).parents[2] / "Tests/NeuralNetworkTests/Losses/Goldens/losses.safetensors"
out.parent.mkdir(parents=True, exist_ok=True)
save_file(tensors, out, metadata=dict(script="Scripts/golden/losses.py", versions=f"torch {torch.__version__}", seed="50",
                                      cases=json.dumps(cases)))
