"""Tests/NeuralNetworkTests/Optimizers/Goldens/optimizers.safetensors: weights after ten steps of torch.optim's optimisers, all
starting from the same formula-filled weights with the same formula-filled gradients; L-BFGS on a small convex function; and
Tests/NeuralNetworkTests/Schedules/Goldens/schedules.json: rates of torch.optim.lr_scheduler's schedules."""
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch.optim import lr_scheduler as S

from formula import fill

tests = Path(__file__).parents[2] / "Tests/NeuralNetworkTests"
tensors, cases = {}, []
SHAPES = {"layer.weight": [5, 7], "layer.bias": [37]}


def add(name, make, **settings):
    """Ten steps; the step's gradient i of the parameter p is filled with the seed 100 * p + i."""
    values = [torch.nn.Parameter(torch.from_numpy(fill(shape, 11 + i))) for i, shape in enumerate(SHAPES.values())]
    optimizer = make(values)
    for step in range(10):
        for i, value in enumerate(values):
            value.grad = torch.from_numpy(fill(list(value.shape), 100 * (i + 1) + step, 0.5))
        optimizer.step()
    for key, value in zip(SHAPES, values):
        tensors[f"{name}/{key}"] = value.detach().numpy().copy()
    cases.append(dict(name=name, **settings))


o = torch.optim
add("sgd", lambda p: o.SGD(p, lr=0.1), method="sgd", rate=0.1)
add("sgd_momentum", lambda p: o.SGD(p, lr=0.1, momentum=0.9, weight_decay=5e-3), method="sgd", rate=0.1, momentum=0.9, decay=5e-3)
add("sgd_dampening", lambda p: o.SGD(p, lr=0.05, momentum=0.8, dampening=0.3), method="sgd", rate=0.05, momentum=0.8, dampening=0.3)
add("sgd_nesterov", lambda p: o.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-2), method="sgd", rate=0.1,
    momentum=0.9, nesterov=True, decay=1e-2)
add("adam", lambda p: o.Adam(p, lr=0.01), method="adam", rate=0.01)
add("adam_decay", lambda p: o.Adam(p, lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1), method="adam", rate=0.01,
    beta1=0.8, beta2=0.99, epsilon=1e-6, decay=0.1)
add("adam_amsgrad", lambda p: o.Adam(p, lr=0.02, amsgrad=True, betas=(0.9, 0.5)), method="adam", rate=0.02, amsgrad=True,
    beta2=0.5)
add("adamw", lambda p: o.AdamW(p, lr=0.01, weight_decay=0.1), method="adamw", rate=0.01, decay=0.1)
add("adam_low_beta", lambda p: o.Adam(p, lr=0.01, betas=(0.3, 0.9)), method="adam", rate=0.01, beta1=0.3, beta2=0.9)
add("rmsprop", lambda p: o.RMSprop(p, lr=0.01), method="rmsprop", rate=0.01)
add("rmsprop_all", lambda p: o.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-6, weight_decay=0.05, momentum=0.7, centered=True),
    method="rmsprop", rate=0.01, alpha=0.9, epsilon=1e-6, decay=0.05, momentum=0.7, centered=True)


def lbfgs(name, steps, **settings):
    """sum((a - t)^4 / 4 + 2 w (a - t)^2) over two tensors: the weights after each step."""
    a = [torch.nn.Parameter(torch.from_numpy(fill([4, 6], 21))), torch.nn.Parameter(torch.from_numpy(fill([9], 22)))]
    targets = [torch.from_numpy(fill([4, 6], 23)), torch.from_numpy(fill([9], 24))]
    weights = [torch.from_numpy(fill([4, 6], 25, 0.4, 1.0)), torch.from_numpy(fill([9], 26, 0.4, 1.0))]
    optimizer = o.LBFGS(a, **settings)

    def closure():
        optimizer.zero_grad()
        loss = sum((((x - t) ** 4) / 4 + 2 * w * (x - t) ** 2).sum() for x, t, w in zip(a, targets, weights))
        loss.backward()
        return loss

    losses = []
    for step in range(steps):
        losses.append(float(optimizer.step(closure)))
    tensors[f"{name}/losses"] = np.array(losses, np.float32)
    for i in range(2):
        tensors[f"{name}/{i}"] = a[i].detach().numpy().copy()


lbfgs("lbfgs_fixed", 10, lr=0.3, max_iter=1, history_size=4)
lbfgs("lbfgs_twenty", 1, lr=0.1, max_iter=10)
lbfgs("lbfgs_wolfe", 2, lr=1.0, max_iter=3, history_size=5, line_search_fn="strong_wolfe")
lbfgs("lbfgs_far", 1, lr=30.0, max_iter=2, line_search_fn="strong_wolfe")

# Clipping by the norm, and by value.
grads = [torch.nn.Parameter(torch.zeros(s)) for s in ([5, 7], [37])]
for i, p in enumerate(grads):
    p.grad = torch.from_numpy(fill(list(p.shape), 31 + i))
tensors["clip/norm"] = np.array([float(torch.nn.utils.clip_grad_norm_(grads, 2.5))], np.float32)
for i, p in enumerate(grads):
    tensors[f"clip/{i}"] = p.grad.numpy().copy()
out = tests / "Optimizers/Goldens/optimizers.safetensors"
out.parent.mkdir(parents=True, exist_ok=True)
save_file(tensors, out, metadata=dict(script="Scripts/golden/optimizers.py", versions=f"torch {torch.__version__}", seed="11",
                                      cases=json.dumps(cases)))

schedules = {}


def schedule(name, make, count, momentum=False):
    p = torch.nn.Parameter(torch.zeros(1))
    optimizer = o.SGD([p], lr=0.5, momentum=0.9)
    scheduler = make(optimizer)
    rates = []
    for _ in range(count):
        rates.append(optimizer.param_groups[0]["momentum" if momentum else "lr"])
        optimizer.step()
        scheduler.step()
    schedules[name] = rates


def warm(optimizer, make, units, start=0.1):
    return S.SequentialLR(optimizer, [S.LinearLR(optimizer, start, total_iters=units), make(optimizer)], [units])


schedule("constant", lambda q: S.ConstantLR(q, 1.0), 5)
schedule("step", lambda q: S.StepLR(q, 3, 0.2), 12)
schedule("multiStep", lambda q: S.MultiStepLR(q, [2, 5, 6], 0.3), 12)
schedule("exponential", lambda q: S.ExponentialLR(q, 0.9), 12)
schedule("cosine", lambda q: S.CosineAnnealingLR(q, 12, eta_min=0.05), 12)
schedule("polynomial", lambda q: S.PolynomialLR(q, 12, 0.9), 12)
schedule("oneCycle", lambda q: S.OneCycleLR(q, 0.5, total_steps=20), 20)
schedule("oneCycleMomentum", lambda q: S.OneCycleLR(q, 0.5, total_steps=20), 20, momentum=True)
schedule("oneCycleThree", lambda q: S.OneCycleLR(q, 0.5, total_steps=20, three_phase=True, anneal_strategy="linear", pct_start=0.4,
                                                 div_factor=10, final_div_factor=100), 20)
schedule("warmCosine", lambda q: warm(q, lambda r: S.CosineAnnealingLR(r, 9, eta_min=0.05), 3), 12)
schedule("warmStep", lambda q: warm(q, lambda r: S.StepLR(r, 4, 0.5), 2), 12)
metrics = [1.0, 0.9, 0.95, 0.91, 0.905, 0.9, 0.899, 0.7, 0.71, 0.72, 0.73, 0.74, 0.75, 0.76, 0.77, float("nan"), 0.8, 0.8]
for name, settings in dict(plateau=dict(factor=0.5, patience=2), plateauCooldown=dict(factor=0.1, patience=1, cooldown=2, min_lr=0.01),
                           plateauHigher=dict(mode="max", factor=0.5, patience=2, threshold=0.02, threshold_mode="abs")).items():
    p = torch.nn.Parameter(torch.zeros(1))
    optimizer = o.SGD([p], lr=0.5)
    scheduler = S.ReduceLROnPlateau(optimizer, **settings)
    rates = []
    for metric in metrics:
        scheduler.step(metric)
        rates.append(optimizer.param_groups[0]["lr"])
    schedules[name] = rates
schedules["metrics"] = [m if m == m else None for m in metrics]
out = tests / "Schedules/Goldens/schedules.json"
out.parent.mkdir(parents=True, exist_ok=True)
out.write_text(json.dumps(dict(script="Scripts/golden/optimizers.py", versions=f"torch {torch.__version__}", rates=schedules)) + "\n")
