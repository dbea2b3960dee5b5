#!/usr/bin/env python3
"""Goldens of the element-wise primitives, by PyTorch.

Functions are evaluated in float64 on the float32 (or bfloat16, float16) inputs and rounded once, so that PyTorch's own
rounding does not count; special values are PyTorch's float32 results. Inputs are filled by formula.py.
"""
import json, os, random
import numpy as np, safetensors.torch, torch
import torch.nn.functional as F
from formula import fill

SEED = 20250117
draw = random.Random(SEED)
cases, tensors = [], {}
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16, "int32": torch.int32,
          "int64": torch.int64, "uint8": torch.uint8, "int8": torch.int8, "bool": torch.bool}

UNARY = {
    "negate": torch.neg, "abs": torch.abs, "sign": torch.sign, "square": torch.square, "reciprocal": torch.reciprocal,
    "sqrt": torch.sqrt, "rsqrt": torch.rsqrt, "floor": torch.floor, "ceil": torch.ceil, "round": torch.round,
    "exp": torch.exp, "expm1": torch.expm1, "log": torch.log, "log1p": torch.log1p, "sin": torch.sin,
    "cos": torch.cos, "atan": torch.atan, "erf": torch.erf, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
    "softplus": lambda x: F.softplus(x, threshold=1000), "relu": F.relu, "relu6": F.relu6,
    "leakyReLU": lambda x: F.leaky_relu(x, 0.125), "elu": lambda x: F.elu(x, 0.75), "silu": F.silu, "mish": F.mish,
    "gelu": F.gelu, "geluTanh": lambda x: F.gelu(x, approximate="tanh"), "hardswish": F.hardswish,
    "hardsigmoid": F.hardsigmoid, "clamp": lambda x: torch.clamp(x, -0.75, 1.5),
}
INTEGER_UNARY = {"negate": torch.neg, "abs": torch.abs, "sign": torch.sign, "square": torch.square, "relu": F.relu,
                 "clamp": lambda x: torch.clamp(x, -5, 9)}
BINARY = {
    "add": torch.add, "subtract": torch.sub, "multiply": torch.mul,
    "divide": lambda a, b: torch.div(a, b, rounding_mode=None if a.is_floating_point() else "trunc"),
    "power": torch.pow, "minimum": torch.minimum, "maximum": torch.maximum, "remainder": torch.remainder,
    "atan2": torch.atan2,
}
COMPARISON = {"equal": torch.eq, "notEqual": torch.ne, "less": torch.lt, "lessOrEqual": torch.le,
              "greater": torch.gt, "greaterOrEqual": torch.ge}
LOGICAL = {"logicalAnd": torch.logical_and, "logicalOr": torch.logical_or, "logicalXor": torch.logical_xor}


def operand(shape, dtype, scale=1.0, offset=0.0):
    seed = draw.randrange(1 << 30)
    values = torch.from_numpy(np.array(fill(shape, seed, scale, offset), dtype=np.float32)).reshape(shape)
    values = values > 0 if dtype == "bool" else values.to(DTYPES[dtype])
    return values, {"shape": shape, "dtype": dtype, "seed": seed, "scale": scale, "offset": offset}


def case(operation, operands, result):
    name = str(len(tensors))
    tensors[name] = result.clone().contiguous()
    cases.append({"operation": operation, "operands": operands, "result": name})


def shape(rank):
    sizes = [draw.choice([1, 2, 3, 4, 5, 7, 17]) for _ in range(rank)]
    while np.prod(sizes) > 500:
        sizes[draw.randrange(rank)] = 1
    return sizes


def exactly(function, *inputs):
    """In float64, rounded to the inputs' type."""
    return function(*[x.double() for x in inputs]).to(inputs[0].dtype)


def broadcast_pair():
    whole = shape(draw.randint(0, 7))
    def partner():
        kept = whole[draw.randint(0, len(whole)):] if draw.random() < 0.4 else whole
        return [1 if draw.random() < 0.35 else size for size in kept]
    return draw.choice([(whole, partner()), (partner(), whole), (partner(), partner())])


FIXED_PAIRS = [([2, 3, 5, 7], [3, 1, 1]), ([2, 3, 5, 7], [2, 3, 5, 7]), ([97, 3], [3]), ([3], [40, 3]), ([40, 3], [40, 1]),
               ([1, 17], [19, 1]), ([0, 3], [3]), ([2, 0, 3], [1, 1]), ([], []), ([5], []), ([], [2, 2]),
               ([2, 1, 3, 1, 2, 1, 3], [1, 2, 1, 3, 1, 2, 1]), ([4, 1, 6, 17], [4, 5, 6, 1]), ([1, 65, 1], [3, 65, 2])]

for name, function in UNARY.items():
    positive = name in ("log", "sqrt", "rsqrt")
    wide = draw.choice([12.0, 20.0])
    for dtype in ("float32", "bfloat16", "float16"):
        for scale, offset, sizes in ((1.0, 1.0 if positive else 0.0, shape(4)), (wide, wide if positive else 0.0, [131])):
            if name == "log1p":
                offset = scale - 0.999
            if name in ("exp", "expm1") and dtype == "float16":
                scale = min(scale, 10.0)
            x, described = operand(sizes, dtype, scale, offset)
            case(name, [described], exactly(function, x))
for name, function in INTEGER_UNARY.items():
    for dtype in ("int32", "int64"):
        x, described = operand([37], dtype, 40.0)
        case(name, [described], function(x))

for name, function in BINARY.items():
    pairs = FIXED_PAIRS + [broadcast_pair() for _ in range(6)]
    for index, (a_shape, b_shape) in enumerate(pairs):
        dtype = ["float32", "float32", "int64", "float32", "int32", "bfloat16", "float16"][index % 7]
        integer = dtype.startswith("int")
        if integer and name == "atan2":
            continue
        scale, offset = (9.0, 0.0) if integer else (2.0, 2.0 if name == "power" else 0.0)
        a, da = operand(a_shape, dtype, scale, offset)
        # No integer is divided by zero here: that is PyTorch's error, and a test of its own.
        divides = integer and name in ("divide", "remainder", "power")
        b, db = operand(b_shape, dtype, 3.0 if divides else scale, 5.0 if divides else 0.0)
        case(name, [da, db], function(a, b) if integer else exactly(function, a, b))
for name, function in COMPARISON.items():
    for index, (a_shape, b_shape) in enumerate(FIXED_PAIRS):
        dtype = ["float32", "int64", "bfloat16", "int32", "uint8", "float16", "int8", "bool"][index % 8]
        # Few different values, so that some are equal.
        a, da = operand(a_shape, dtype, 3.0 if dtype != "uint8" else 2.0, 0.0 if dtype != "uint8" else 3.0)
        b, db = operand(b_shape, dtype, 3.0 if dtype != "uint8" else 2.0, 0.0 if dtype != "uint8" else 3.0)
        if dtype in ("float32", "bfloat16", "float16"):
            a, b = a.round(), b.round()  # the test rounds as well
        case(name, [da, db], function(a, b))
for name, function in LOGICAL.items():
    for a_shape, b_shape in FIXED_PAIRS:
        a, da = operand(a_shape, "bool")
        b, db = operand(b_shape, "bool")
        case(name, [da, db], function(a, b))
for index, (a_shape, b_shape) in enumerate(FIXED_PAIRS):
    for condition_shape in (a_shape, b_shape):
        dtype = list(DTYPES)[(index + len(condition_shape)) % 8]
        c, dc = operand(condition_shape, "bool")
        a, da = operand(a_shape, dtype, 50.0, 60.0 if dtype == "uint8" else 0.0)
        b, db = operand(b_shape, dtype, 50.0, 60.0 if dtype == "uint8" else 0.0)
        case("where", [dc, da, db], torch.where(c, a, b))
for x_shape, w_shape in (([2, 5, 3, 2], [5]), ([2, 5, 3], [1]), ([7], [1]), ([4, 3], [3]), ([0, 3, 2], [3])):
    for dtype in ("float32", "bfloat16"):
        x, dx = operand(x_shape, dtype, 2.0)
        w, dw = operand(w_shape, dtype, 0.5)
        case("preLU", [dx, dw], exactly(F.prelu, x, w))

SPECIAL = [float("nan"), float("inf"), float("-inf"), 0.0, -0.0, 1e-40, -1e-40, 1.1754944e-38, -3e-39, 1e38, -1e38, 0.5, 1.5,
           2.5, -0.5, -1.5, 1.0, -1.0, 8388607.5, 88.72283, 88.72284, -87.33655, -103.97, -104.1, 6.0, 3.0, -3.0, 20.0, -20.0]
special = torch.tensor(SPECIAL)
tensors["special"] = special
# PyTorch's vectorised float32 GELU makes NaN of infinity, and its remainder NaN of large quotients; float64 does not.
IN_FLOAT64 = {"gelu", "remainder"}
for name, function in UNARY.items():
    result = exactly(function, special) if name in IN_FLOAT64 else function(special)
    tensors["special " + name] = result.contiguous()
first, second = special.repeat_interleave(len(SPECIAL)), special.repeat(len(SPECIAL))
for name, function in BINARY.items():
    result = exactly(function, first, second) if name in IN_FLOAT64 else function(first, second)
    tensors["special " + name] = result.reshape(len(SPECIAL), -1).contiguous()

folder = os.path.join(os.path.dirname(__file__), "../../Tests/TensorCoreTests/Primitives/Elementwise/Goldens")
os.makedirs(folder, exist_ok=True)
metadata = {"script": "Scripts/golden/elementwise.py", "seed": str(SEED),
            "versions": json.dumps({"torch": torch.__version__, "numpy": np.__version__}),
            "cases": json.dumps(cases, separators=(",", ":"))}
safetensors.torch.save_file(tensors, f"{folder}/elementwise.safetensors", metadata=metadata)
print(len(cases), "cases", len(tensors), "tensors")
