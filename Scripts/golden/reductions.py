#!/usr/bin/env python3
"""Goldens of reductions, softmax, running sums and argmax, by PyTorch: in float64 on the inputs as stored, rounded once."""
import json, os, random
import numpy as np, safetensors.torch, torch
from formula import fill

SEED = 20250118
draw = random.Random(SEED)
cases, tensors = [], {}
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16, "int32": torch.int32,
          "int64": torch.int64, "bool": torch.bool}


def product(x, axes, keep):
    for axis in sorted((a % x.dim() for a in axes), reverse=True):
        x = x.prod(axis, keepdim=keep)
    return x.clone() if x.dtype.is_floating_point or x.dtype == torch.int64 else x.to(torch.int64)


REDUCTIONS = {
    "sum": lambda x, a, k: x.sum(a, keepdim=k), "mean": lambda x, a, k: x.mean(a, keepdim=k), "product": product,
    "max": lambda x, a, k: x.amax(a, keepdim=k), "min": lambda x, a, k: x.amin(a, keepdim=k),
    "variance": lambda x, a, k: x.var(a, unbiased=True, keepdim=k),
    "varianceBiased": lambda x, a, k: x.var(a, unbiased=False, keepdim=k),
    "standardDeviation": lambda x, a, k: x.std(a, unbiased=True, keepdim=k),
    "standardDeviationBiased": lambda x, a, k: x.std(a, unbiased=False, keepdim=k),
    "logSumExp": lambda x, a, k: x.logsumexp(a, keepdim=k),
    "norm": lambda x, a, k: torch.linalg.vector_norm(x, dim=a, keepdim=k),
    "any": lambda x, a, k: x.any(a, keepdim=k), "all": lambda x, a, k: x.all(a, keepdim=k),
}
INTEGERS = {"sum", "product", "max", "min"}
ALONG = {"softmax": lambda x, a: x.softmax(a), "logSoftmax": lambda x, a: x.log_softmax(a),
         "cumulativeSum": lambda x, a: x.cumsum(a)}
ARGUMENT = {"argmax": torch.argmax, "argmin": torch.argmin}


def shape(rank, largest=900):
    sizes = [draw.choice([1, 2, 3, 4, 5, 7, 17, 33]) for _ in range(rank)]
    while np.prod(sizes) > largest:
        sizes[draw.randrange(rank)] = 1
    return sizes


def operand(sizes, dtype, scale=1.0, offset=0.0):
    seed = draw.randrange(1 << 30)
    values = torch.from_numpy(np.array(fill(sizes, seed, scale, offset), dtype=np.float32)).reshape(sizes)
    values = values > -0.75 if dtype == "bool" else values.to(DTYPES[dtype])
    return values, {"shape": sizes, "dtype": dtype, "seed": seed, "scale": scale, "offset": offset}


def case(operation, described, result, **arguments):
    name = str(len(tensors))
    tensors[name] = result.clone().contiguous()
    cases.append({"operation": operation, "operand": described, "result": name, **arguments})


def exactly(function, x, *rest):
    return function(x.double(), *rest).to(x.dtype) if x.is_floating_point() else function(x, *rest)


def reduction(kind, sizes, axes, dtype, keep):
    scale, offset = {"product": (0.4, 1.0), "mean": (1.0, 3.0)}.get(kind, (3.0, 0.0))
    if not dtype.startswith("float") and dtype != "bfloat16":
        scale, offset = (2.0, 0.0) if kind == "product" else (9.0, 0.0)
    x, described = operand(sizes, dtype, scale, offset)
    case(kind, described, exactly(REDUCTIONS[kind], x, axes, keep), axes=axes, keep=keep)


FIXED = [([7, 33], [1]), ([33, 7], [0]), ([2, 3, 5, 7], [0, 2, 3]), ([2, 3, 5, 7], [1]), ([2, 3, 5, 7], [-1, 0]),
         ([3, 4, 2, 3, 2, 5, 3], [1, 3, 5]), ([3, 4, 2, 3, 2, 5, 3], [0, 2, 4, 6]), ([19], [0]), ([4, 1, 6], [1]),
         ([2, 300], [1]), ([300, 2], [0])]
for kind in REDUCTIONS:
    for index, pair in enumerate(FIXED + [None] * 6):
        sizes = pair[0] if pair else shape(draw.randint(1, 7))
        axes = pair[1] if pair else draw.sample(range(len(sizes)), draw.randint(1, len(sizes)))
        dtype = ["float32", "float32", "bfloat16", "float32", "float16", "float32", "int64", "int32"][index % 8]
        if kind in ("any", "all"):
            dtype = "bool"
        if dtype.startswith("int") and kind not in INTEGERS:
            dtype = "float32"
        reduction(kind, sizes, axes, dtype, draw.random() < 0.5)
for kind in ("sum", "product"):
    reduction(kind, [5, 17], [1], "bool", False)
# Long ones, which are cut into segments or blocks.
for kind in ("sum", "mean", "variance", "max", "logSumExp", "norm"):
    for sizes, axes in (([300001], [0]), ([2, 150000], [1]), ([150000, 2], [0]), ([3, 2, 60000], [0, 2]), ([2, 4200, 3, 20], [1, 3]),
                        ([70, 4111], [0]), ([4111, 70], [1])):
        x, described = operand(sizes, "float32", 2.0, 1.0)
        result = exactly(REDUCTIONS[kind], x, axes, False)
        if result.numel() <= 400:
            case(kind, described, result, axes=axes, keep=False)
        else:
            case(kind, described, result[::37].contiguous(), axes=axes, keep=False, every=37)
for kind, function in ALONG.items():
    for index, (sizes, axis) in enumerate([([7, 33], 1), ([33, 7], 0), ([2, 5, 3, 7], 1), ([2, 5, 3, 7], -1), ([1], 0), ([3, 1, 2], 1),
                                           ([2, 21, 80], 1), ([2, 3, 2, 3, 2, 2, 3], 3), ([0, 3], 1), ([3, 0], 1), ([5, 1000], 1),
                                           ([7, 33], 1), ([33, 7], 0)]):
        dtype = ["float32", "float32", "float32", "bfloat16", "float32", "float16"][index % 6]
        if kind == "cumulativeSum" and index > 10:
            dtype = ["int32", "int64"][index % 2]
        x, described = operand(sizes, dtype, 10.0)
        case(kind, described, exactly(function, x, axis), axis=axis)
for kind, function in ARGUMENT.items():
    for index, (sizes, axis) in enumerate([([7, 33], 1), ([33, 7], 0), ([2, 5, 3, 7], 1), ([2, 5, 3, 7], -1), ([1], 0), ([3, 1, 2], 1),
                                           ([2, 21, 80], 1), ([2, 3, 2, 3, 2, 2, 3], 3), ([0, 3], 1), ([5, 1000], 1), ([3, 7], None),
                                           ([2, 3, 5], None)]):
        for dtype in ("float32", "int64", "int32", "bfloat16"):
            # Few different values: ties are decided by the first index, so NumPy, which promises that, gives the result.
            x, described = operand(sizes, dtype, 4.0 if dtype.startswith("int") else 30.0)
            find = np.argmax if kind == "argmax" else np.argmin
            result = find(x.float().numpy() if dtype == "bfloat16" else x.numpy(), axis=axis)
            case(kind, described, torch.from_numpy(np.array(result, dtype=np.int64)),
                 **({} if axis is None else {"axis": axis}))

folder = os.path.join(os.path.dirname(__file__), "../../Tests/TensorCoreTests/Primitives/Reductions/Goldens")
os.makedirs(folder, exist_ok=True)
metadata = {"script": "Scripts/golden/reductions.py", "seed": str(SEED),
            "versions": json.dumps({"torch": torch.__version__, "numpy": np.__version__}),
            "cases": json.dumps(cases, separators=(",", ":"))}
safetensors.torch.save_file(tensors, f"{folder}/reductions.safetensors", metadata=metadata)
print(len(cases), "cases", len(tensors), "tensors")
