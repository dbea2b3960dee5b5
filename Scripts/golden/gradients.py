#!/usr/bin/env python3
"""Goldens of Tests/TensorCoreTests/Gradients: PyTorch's and torchvision's gradients of every operation, in float64.

Input i of case n is filled by formula with seed 10 n + i, scaled and moved as the case says (integers and boxes are listed);
the result is weighed with a filling of seed 10 n + 9. The gradients by all floating-point inputs, rounded, are the golden.
"""
import json, os
import torch, torchvision
import torch.nn.functional as F
from safetensors.torch import save_file
from formula import fill

FILE = os.path.join(os.path.dirname(__file__), "../../Tests/TensorCoreTests/Gradients/Goldens/gradients.safetensors")
cases, tensors = [], {}


def add(op, function, inputs, scale=1.0, offset=0.0, fixed=(), **settings):
    """`inputs` are shapes, filled; `fixed` lists of integers or boxes that follow them, (values, shape)."""
    n = len(cases)
    scales = scale if isinstance(scale, list) else [scale] * len(inputs)
    offsets = offset if isinstance(offset, list) else [offset] * len(inputs)
    xs = [torch.from_numpy(fill(s, 10 * n + i, scales[i], offsets[i])).double().requires_grad_() for i, s in enumerate(inputs)]
    constants = [torch.tensor(v, dtype=torch.int64 if isinstance(v[0], int) else torch.float64).reshape(s) for v, s in fixed]
    y = function(*xs, *constants)
    y.backward(torch.from_numpy(fill(tuple(y.shape), 10 * n + 9)).double())
    for i, x in enumerate(xs):
        tensors[f"{n}.{i}"] = (torch.zeros_like(x) if x.grad is None else x.grad).float().contiguous()
    cases.append({"op": op, "inputs": [list(s) for s in inputs], "scales": scales, "offsets": offsets,
                  "fixed": [{"values": [float(e) for e in v], "shape": s, "isIndex": isinstance(v[0], int)} for v, s in fixed],
                  "settings": {k: ([float(e) for e in v] if isinstance(v, (list, tuple)) else [float(v)]) for k, v in settings.items()}})


UNARY = {
    "negate": torch.neg, "abs": torch.abs, "sign": torch.sign, "square": torch.square, "reciprocal": torch.reciprocal,
    "sqrt": torch.sqrt, "rsqrt": torch.rsqrt, "floor": torch.floor, "ceil": torch.ceil, "round": torch.round,
    "exp": torch.exp, "expm1": torch.expm1, "log": torch.log, "log1p": torch.log1p, "sin": torch.sin, "cos": torch.cos,
    "atan": torch.atan, "erf": torch.erf, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "softplus": F.softplus,
    "relu": torch.relu, "leakyReLU": lambda x: F.leaky_relu(x, 0.1), "elu": lambda x: F.elu(x, 1.3), "silu": F.silu,
    "mish": F.mish, "gelu": F.gelu, "geluTanh": lambda x: F.gelu(x, approximate="tanh"), "hardswish": F.hardswish,
    "hardsigmoid": F.hardsigmoid, "clamp": lambda x: x.clamp(-0.5, 2.2),
}
POSITIVE = {"sqrt", "rsqrt", "log", "log1p", "reciprocal"}
for name, function in UNARY.items():
    add("unary." + name, function, [[21]], *((1.0, 1.6) if name in POSITIVE else (4.0, 0.0)))
BINARY = {"add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "divide": torch.div, "power": torch.pow,
          "minimum": torch.minimum, "maximum": torch.maximum, "atan2": torch.atan2}
for name, function in BINARY.items():
    for a, b in (([3, 5], [3, 5]), ([4, 1, 5], [3, 1]), ([2, 3], [])):
        add("binary." + name, function, [a, b], 1.0, 1.6)
add("binary.preLU", lambda x, w: torch.where(x < 0, x * w, x), [[2, 3, 4], [3, 1]])
add("where", lambda a, b, m: torch.where(m > 0, a, b), [[2, 3], [3]], fixed=[([1, 0, 1, 0, 0, 1], [2, 3])])
REDUCTIONS = {
    "sum": lambda x, d: x.sum(d), "mean": lambda x, d: x.mean(d), "max": lambda x, d: x.amax(d), "min": lambda x, d: x.amin(d),
    "variance": lambda x, d: x.var(d), "varianceBiased": lambda x, d: x.var(d, unbiased=False),
    "standardDeviation": lambda x, d: x.std(d), "logSumExp": lambda x, d: x.logsumexp(d), "norm": lambda x, d: torch.linalg.vector_norm(x, dim=d),
}
for name, function in REDUCTIONS.items():
    for axes in ([1], [0, 2]):
        add("reduce." + name, lambda x: function(x, axes), [[3, 4, 5]], 1.0, 0.3, axes=axes)
add("reduce.product", lambda x: x.prod(1), [[3, 4, 5]], 1.0, 0.3, axes=[1])
for axis in (0, 1, 2):
    add("softmax", lambda x: x.softmax(axis), [[3, 4, 5]], 3.0, axis=axis)
    add("logSoftmax", lambda x: x.log_softmax(axis), [[3, 4, 5]], 3.0, axis=axis)
    add("cumulativeSum", lambda x: x.cumsum(axis), [[3, 4, 5]], axis=axis)
for a, b in (([3, 4], [4, 5]), ([2, 3, 4], [4, 5]), ([2, 1, 3, 4], [3, 4, 5]), ([4], [4, 5]), ([3, 4], [4])):
    add("matmul", torch.matmul, [a, b])
add("linear", F.linear, [[2, 3, 4], [5, 4], [5]])
for x, w, s, p, d, g in (
    ([2, 3, 6, 7], [4, 3, 3, 3], [1, 1], [1, 1], [1, 1], 1), ([1, 3, 6, 5], [4, 3, 1, 1], [1, 1], [0, 0], [1, 1], 1), ([2, 3, 6, 5], [4, 3, 1, 1], [2, 2], [0, 0], [1, 1], 1),
    ([2, 4, 9, 8], [6, 2, 3, 2], [2, 3], [1, 0], [1, 1], 2), ([2, 4, 9, 8], [4, 1, 3, 3], [2, 1], [1, 1], [1, 1], 4),
    ([1, 4, 9, 8], [8, 1, 5, 5], [1, 1], [2, 2], [1, 1], 4), ([1, 2, 11, 9], [3, 2, 3, 3], [1, 2], [2, 2], [2, 3], 1), ([1, 3, 15, 15], [5, 3, 7, 7], [2, 2], [3, 3], [1, 1], 1),
):
    add("convolution", lambda x, w, b: F.conv2d(x, w, b, s, p, d, g), [x, w, [w[0]]], stride=s, padding=p, dilation=d, groups=g)
for x, w, s, p, o, d, g in (
    ([2, 3, 4, 5], [3, 4, 3, 3], [2, 2], [1, 1], [1, 1], [1, 1], 1), ([1, 4, 4, 5], [4, 2, 2, 2], [2, 2], [0, 0], [0, 0], [1, 1], 2),
    ([1, 2, 4, 5], [2, 3, 3, 3], [1, 1], [0, 0], [0, 0], [2, 1], 1), ([1, 2, 3, 3], [2, 2, 4, 4], [2, 2], [1, 1], [0, 0], [1, 1], 1),
):
    add("convolutionTranspose", lambda x, w, b: F.conv_transpose2d(x, w, b, s, p, o, g, d), [x, w, [w[1] * g]], stride=s, padding=p, outputPadding=o, dilation=d, groups=g)
for shape in ([4, 3, 5, 2], [6, 2], [2, 3, 33, 33]):
    add("batchNormTraining", lambda x, w, b: F.batch_norm(x, None, None, w, b, True), [shape, [shape[1]], [shape[1]]], offset=[0.4, 1.3, 0.0])
add("batchNorm", lambda x, w, b, m, v: F.batch_norm(x, m, v, w, b), [[2, 3, 4, 2], [3], [3]], offset=[0, 1.3, 0], fixed=[([0.1, -0.2, 0.3], [3]), ([0.9, 1.5, 2.0], [3])])
for shape, last in (([3, 5, 7], 1), ([2, 3, 4], 2)):
    n = shape[-last:]
    add("layerNorm", lambda x, w, b: F.layer_norm(x, n, w, b), [shape, n, n], offset=[0.3, 1.3, 0.0], last=last)
    add("rmsNorm", lambda x, w: F.rms_norm(x, n, w, 1e-5), [shape, n], offset=[0.3, 1.3], last=last)
for groups in (1, 2, 6):
    add("groupNorm", lambda x, w, b: F.group_norm(x, groups, w, b), [[2, 6, 4, 3], [6], [6]], offset=[0.3, 1.3, 0.0], groups=groups)
add("instanceNorm", lambda x, w, b: F.instance_norm(x, weight=w, bias=b), [[2, 3, 5, 4], [3], [3]], offset=[0.3, 1.3, 0.0])
for size, alpha, beta, k in ((5, 1e-2, 0.75, 2.0), (4, 0.5, 0.6, 1.5)):
    add("localResponseNorm", lambda x: F.local_response_norm(x, size, alpha, beta, k), [[2, 7, 3, 4]], size=size, alpha=alpha, beta=beta, k=k)
for axis in (0, 1, 2):
    add("l2Normalize", lambda x: F.normalize(x, dim=axis), [[3, 4, 5]], axis=axis)
for kernel, stride, padding, dilation, ceil in (([3, 3], [2, 2], [1, 1], [1, 1], 0), ([2, 3], [2, 3], [0, 0], [1, 1], 1), ([2, 2], [1, 2], [1, 0], [2, 1], 0)):
    add("maxPool", lambda x: F.max_pool2d(x, kernel, stride, padding, dilation, bool(ceil)), [[2, 2, 7, 8]], kernel=kernel, stride=stride, padding=padding, dilation=dilation, ceil=ceil)
for kernel, stride, padding, ceil, counts in (([3, 2], [2, 1], [1, 1], 1, 1), ([3, 2], [2, 1], [1, 1], 1, 0), ([2, 2], [2, 2], [0, 0], 0, 1)):
    add("averagePool", lambda x: F.avg_pool2d(x, kernel, stride, padding, bool(ceil), bool(counts)), [[2, 2, 7, 8]], kernel=kernel, stride=stride, padding=padding, ceil=ceil, counts=counts)
for size in ([1, 1], [3, 4], [9, 2]):
    add("adaptiveAveragePool", lambda x: F.adaptive_avg_pool2d(x, size), [[2, 2, 7, 8]], size=size)
    add("adaptiveMaxPool", lambda x: F.adaptive_max_pool2d(x, size), [[2, 2, 7, 8]], size=size)
for mode in ("nearest", "nearest-exact", "bilinear", "bicubic", "area"):
    name = {"nearest-exact": "nearestExact"}.get(mode, mode)
    for size in ([12, 18], [4, 5], [17, 4]):
        add("interpolate." + name, lambda x: F.interpolate(x, size, mode=mode), [[1, 2, 6, 9]], size=size)
        if mode in ("bilinear", "bicubic"):
            add("interpolate." + name, lambda x: F.interpolate(x, size, mode=mode, align_corners=True), [[1, 2, 6, 9]], size=size, corners=1)
            add("interpolate." + name, lambda x: F.interpolate(x, size, mode=mode, antialias=True), [[1, 2, 6, 9]], size=size, antialias=1)
    if mode != "area":
        add("interpolate." + name, lambda x: F.interpolate(x, scale_factor=(1.7, 0.6), mode=mode), [[1, 2, 6, 9]], factors=[1.7, 0.6])
for mode in ("bilinear", "nearest"):
    for padding in ("zeros", "border", "reflection"):
        for corners in (0, 1):
            add(f"gridSample.{padding}", lambda x, g: F.grid_sample(x, g, mode, padding, bool(corners)), [[2, 3, 5, 6], [2, 4, 3, 2]], [1.0, 1.7], corners=corners, nearest=mode == "nearest")
for stack, n, m, d, e, terms, scale in (([2, 3], 4, 5, 6, 4, [], 0.4), ([2, 3], 4, 5, 6, 4, [[4, 5]], 0.4), ([2, 2, 3], 4, 5, 6, 4, [[2, 1, 1, 1, 5], [3, 4, 1]], 1.0), ([1, 2], 70, 33, 8, 5, [[2, 1, 33]], 0.3)):
    def attend(q, k, v, *ts):
        bias = torch.zeros(stack + [n, m], dtype=torch.float64)
        for t in ts: bias = bias + t
        return F.scaled_dot_product_attention(q, k, v, attn_mask=bias, scale=scale)
    add("attention", attend, [stack + [n, d], stack + [m, d], stack + [m, e], *terms], scale=1.0, factor=scale)
index = [2, 0, 2, 1, 1, 0]
add("gather", lambda x, i: x.gather(0, i), [[3, 3]], fixed=[(index, [2, 3])])
add("scatterAdd", lambda x, s, i: x.scatter_add(0, i, s), [[3, 3], [2, 3]], fixed=[(index, [2, 3])])
add("scatter", lambda x, s, i: x.scatter(0, i, s), [[3, 3], [2, 3]], fixed=[([2, 0, 2, 1, 1, 0], [2, 3])])
add("indexSelect", lambda x, i: x.index_select(1, i), [[2, 3, 4]], fixed=[([2, 0, 2, 1], [4])])
for mode in ("constant", "reflect", "replicate", "circular"):
    add("pad." + mode, lambda x: F.pad(x, (3, 1, 1, 2), mode=mode), [[1, 2, 4, 5]])
add("roll", lambda x: x.roll((2, -1), (1, 2)), [[2, 3, 4]])
add("tile", lambda x: x.tile(2, 1, 3), [[2, 3, 4]])
add("tril", lambda x: x.tril(1), [[2, 4, 5]])
add("triu", lambda x: x.triu(), [[2, 4, 5]])
add("topK", lambda x: x.topk(3, 1).values, [[3, 7, 2]])
add("sort", lambda x: x.sort(0).values, [[3, 7, 2]])
boxes = ([0.0, 1.3, 2.1, 7.9, 8.4, 1.0, -3.0, -2.0, 4.2, 5.3, 1.0, 6.0, 1.0, 14.0, 20.0, 0.0, 3.0, 3.0, 3.2, 3.1], [4, 5])
ops = torchvision.ops
for ratio, aligned in ((2, 1), (-1, 0), (3, 0), (-1, 1)):
    add("roiAlign", lambda x, b: ops.roi_align(x, b, (3, 2), 0.8, ratio, bool(aligned)), [[2, 4, 9, 11]], fixed=[boxes], size=[3, 2], ratio=ratio, aligned=aligned)
for ratio in (2, -1):
    add("psRoIAlign", lambda x, b: ops.ps_roi_align(x, b, (2, 2), 0.8, ratio), [[2, 8, 9, 11]], fixed=[boxes], size=[2, 2], ratio=ratio)
add("roiPool", lambda x, b: ops.roi_pool(x, b, (3, 2), 0.8), [[2, 4, 9, 11]], fixed=[boxes], size=[3, 2])
# torchvision's backward pass reads a last row and column that its forward pass never does: these boxes end before them.
boxes = ([0.0, 1.3, 2.1, 7.9, 7.4, 1.0, -3.0, -2.0, 4.2, 5.3, 1.0, 2.0, 1.0, 11.0, 8.0, 0.0, 3.0, 3.0, 3.2, 3.1], [4, 5])
add("psRoIPool", lambda x, b: ops.ps_roi_pool(x, b, (2, 2), 0.8), [[2, 8, 9, 11]], fixed=[boxes], size=[2, 2])
for x, w, g, s, p, d, out in (([2, 4, 6, 7], [3, 4, 3, 3], 1, [1, 1], [1, 1], [1, 1], [6, 7]), ([1, 4, 7, 8], [4, 2, 3, 2], 2, [2, 1], [1, 0], [1, 2], [4, 6])):
    taps = w[2] * w[3]
    add("deformable", lambda x, w, o, m, b: ops.deform_conv2d(x, o, w, b, s, p, d, m),
        [x, w, [x[0], g * 2 * taps] + out, [x[0], g * taps] + out, [w[0]]], [1.0, 1.0, 1.4, 1.0, 1.0], [0, 0, 0, 1.0, 0], stride=s, padding=p, dilation=d)

os.makedirs(os.path.dirname(FILE), exist_ok=True)
# Shared inputs' headers cost more than the numbers: all gradients in one run of floats, in the order of cases and inputs.
flat = torch.cat([tensors[f"{n}.{i}"].flatten() for n, c in enumerate(cases) for i in range(len(c["inputs"]))])
save_file({"gradients": flat}, FILE, metadata={
    "script": "Scripts/golden/gradients.py", "seed": "0", "versions": f"torch {torch.__version__}, torchvision {torchvision.__version__}",
    "cases": json.dumps(cases, separators=(",", ":"))})
print(os.path.getsize(FILE), "bytes,", len(cases), "cases,", flat.numel(), "values")
