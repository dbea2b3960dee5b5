#!/usr/bin/env python3
"""Goldens of the operations that move elements: where each element of the result comes from, by PyTorch (and NumPy for
slices with negative steps, which PyTorch refuses).

Inputs are numbered 0, 1, 2, ... (through all inputs of a case), so that a result says which element lands where: one
golden then serves every element type. -1 stands for padding. Sorting and sums store float32 results, on formula-filled inputs.
"""
import json, os, random
import numpy as np, safetensors.torch, torch
import torch.nn.functional as F
from formula import fill

SEED = 20240611
draw = random.Random(SEED)
cases, tensors = [], {}


def shape(rank, empty=False):
    sizes = [draw.choice([1, 2, 3, 4, 5, 7]) for _ in range(rank)]
    while np.prod(sizes) > 360:
        sizes[draw.randrange(rank)] = 1
    if empty and rank:
        sizes[draw.randrange(rank)] = 0
    return sizes


def numbered(*shapes):
    start, result = 0, []
    for s in shapes:
        n = int(np.prod(s, dtype=np.int64))
        result.append(torch.arange(start, start + n, dtype=torch.int32).reshape(s))
        start += n
    return result


def store(tensor):
    name = str(len(tensors))
    tensors[name] = tensor.clone().contiguous()
    return name


def case(operation, shapes, results, **arguments):
    results = list(results) if isinstance(results, (list, tuple)) else [results]
    cases.append({"operation": operation, "shapes": shapes, "results": [store(r) for r in results], **arguments})


def axis_of(rank):
    return draw.randrange(-rank, rank)


def index(sizes, limit):
    return torch.tensor(np.array([draw.randrange(limit) for _ in range(int(np.prod(sizes, dtype=np.int64)))],
                                 dtype=np.int64).reshape(sizes))


for rank in range(7):
    for empty in (False, rank > 0):
        s = shape(rank, empty)
        x, = numbered(s)
        axes = draw.sample(range(rank), rank)
        case("permute", [s], x.permute(axes), values=axes)
        axes = draw.sample(range(rank), draw.randint(0, rank))
        case("flip", [s], x.flip(axes), values=axes)
        ranges, slices = [], []
        for size in s:
            bound = lambda: draw.choice([None, draw.randint(-size - 2, size + 2)])
            r = [bound(), bound(), draw.choice([1, 1, 2, 3, -1, -2])]
            ranges.append(r)
            slices.append(slice(*r))
        case("slice", [s], torch.from_numpy(np.array(x.numpy()[tuple(slices)])), ranges=ranges)
        ones = [size if draw.random() < 0.5 else 1 for size in s]
        y, = numbered(ones)
        outer = shape(draw.randint(0, 2))
        case("expand", [ones], y.expand(outer + s), values=outer + [draw.choice([-1, z]) if z == o else z for z, o in zip(s, ones)])
        repeats = [draw.randint(0 if empty else 1, 3) for _ in range(max(rank + draw.randint(-1, 1), 0))]
        case("tile", [s], x.tile(repeats), values=repeats)
        pads = [(draw.randint(-min(1, z), 3), draw.randint(0, 3)) for z in s][draw.randint(0, rank):]
        flat = [p for pair in reversed(pads) for p in pair]
        case("pad", [s], F.pad(x, flat, value=-1) if flat else x, ranges=[list(p) for p in pads], mode="constant")
        case("nonzero", [s], (x % 3).nonzero())
        if rank == 0:
            continue
        axis = axis_of(rank)
        shifts = [draw.randint(-9, 9) for _ in range(2)]
        case("roll", [s], x.roll(shifts, [axis, 0]), values=shifts, axes=[axis, 0])
        parts = [list(s) for _ in range(draw.randint(1, 4))]
        for p in parts:
            p[axis] = draw.randint(0, 5)
        case("concatenate", parts, torch.cat(numbered(*parts), axis), axis=axis)
        new = draw.randint(-rank - 1, rank)
        case("stack", [s, s, s], torch.stack(numbered(s, s, s), new), axis=new)
        left, sizes = s[axis], []
        while left:
            sizes.append(draw.randint(0, left))
            left -= sizes[-1]
        if sizes:
            case("split", [s], x.split(sizes, axis), axis=axis, values=sizes)
        if s[axis]:
            case("chunk", [s], x.chunk(3, axis), axis=axis, values=[3])
        if all(s):
            wanted = [draw.randint(1, z) for z in s]
            wanted[axis] = draw.randint(0, 6)
            i = index(wanted, s[axis])
            case("gather", [s], x.gather(axis, i), axis=axis, index=store(i))
            # Distinct indices along the axis, since PyTorch does not say which of several stays.
            number = draw.randint(1, s[axis])
            wanted[axis] = number
            i = torch.from_numpy(np.apply_along_axis(
                lambda line: np.array(draw.sample(range(s[axis]), number)), axis, np.zeros(wanted))).to(torch.int64)
            source = [z + draw.randint(0, 2) for z in wanted]
            t, u = numbered(s, source)
            case("scatter", [s, source], t.scatter(axis, i, u), axis=axis, index=store(i))
            wanted[axis] = 9
            i, source = index(wanted, s[axis]), [z + draw.randint(0, 1) for z in wanted]
            t, u = (torch.from_numpy(fill(z, seed)) for z, seed in ((s, 1), (source, 2)))
            case("scatterAdd", [s, source], t.scatter_add(axis, i, u), axis=axis, index=store(i))
            i = index([draw.randint(0, 6)], s[axis])
            case("indexSelect", [s], x.index_select(axis, i), axis=axis, index=store(i))
        if rank >= 2:
            for diagonal in (draw.randint(-4, 4), 0):
                case("tril", [s], (x + 1).tril(diagonal) - 1, values=[diagonal])
                case("triu", [s], (x + 1).triu(diagonal) - 1, values=[diagonal])

for sizes in ([3], [1], [2, 5], [4, 3, 5, 6], [33, 7], [2, 3, 20, 9], [0, 4]):
    for mode in ("reflect", "replicate", "circular"):
        # PyTorch pads the last one to three axes of tensors with a batch and channels: 2 leading axes are added here.
        spatial = [z for z in sizes if z][-3:]
        limit = {"reflect": lambda z: z - 1, "replicate": lambda z: 4, "circular": lambda z: min(z, 4)}[mode]
        pads = [(min(draw.randint(0, 4), limit(z)), min(draw.randint(0, 4), limit(z))) for z in spatial]
        s = [1, 2] + spatial
        flat = [p for pair in reversed(pads) for p in pair]
        x, = numbered(s)
        case("pad", [s], F.pad(x.double(), flat, mode=mode).to(torch.int32), ranges=[list(p) for p in pads], mode=mode)
for sizes, factor in (([4, 2, 3], 2), ([2, 18, 3, 1], 3), ([2, 1, 4, 2, 2], 2), ([3, 0, 2, 2], 2)):
    x, = numbered(sizes)
    case("pixelShuffle", [sizes], F.pixel_shuffle(x, factor), values=[factor])
for sizes, factor in (([1, 4, 6], 2), ([2, 3, 3, 9], 3), ([2, 1, 2, 4, 2], 2)):
    x, = numbered(sizes)
    case("pixelUnshuffle", [sizes], F.pixel_unshuffle(x, factor), values=[factor])
for sizes in ([], [5], [2, 3], [0]):
    i = index(sizes, 7)
    case("oneHot", [], F.one_hot(i, 7), index=store(i))
x, = numbered([5, 6])
for sizes in ([], [2, 3]):
    i = index(sizes, 6)
    case("indexSelect", [[5, 6]], x[:, i], axis=1, index=store(i))

# Sorting: eighths, so that there are equals; the kinds tell how the test makes its input of the formula's values.
for sizes, axis in (([], -1), ([1], 0), ([7], 0), ([33], 0), ([300], -1), ([3, 50], -1), ([40, 3], 0), ([2, 9, 3, 2], 1), ([0, 3], 1)):
    for kind in ("float32", "bfloat16", "float16", "int8", "uint8", "int32", "int64", "bool"):
        values = torch.floor(torch.from_numpy(fill(sizes, 5, scale=16.0)))
        values = values.abs().to(torch.uint8) if kind == "uint8" else (values > 0) if kind == "bool" else values.to(getattr(torch, kind))
        for largest in (True, False):
            _, order = torch.sort(values, dim=axis, stable=True, descending=largest)
            n = sizes[axis] if sizes else 1
            for k in {n, draw.randint(1, max(n // 9, 1)) if n else 0}:
                kept = order.narrow(axis, 0, k) if sizes else order
                case("topK", [sizes], kept.to(torch.int32), axis=axis, values=[k], mode=kind, largest=largest)
for a in ((0.0, 5.0, 1.0), (1.5, -3.0, -0.25), (0.0, 1.0, 0.1), (2.0, 2.0, 1.0)):
    case("arange", [], torch.arange(*a, dtype=torch.float32), numbers=list(a))
for a in ((0.0, 1.0, 5.0), (-3.0, 2.0, 8.0), (7.0, 7.5, 1.0), (1.0, 2.0, 0.0), (-1.0, 1.0, 101.0)):
    case("linspace", [], torch.linspace(a[0], a[1], int(a[2])), numbers=list(a))

folder = os.path.join(os.path.dirname(__file__), "../../Tests/TensorCoreTests/Primitives/Shape/Goldens")
os.makedirs(folder, exist_ok=True)
metadata = {"script": "Scripts/golden/shape_operations.py", "seed": str(SEED),
            "versions": json.dumps({"torch": torch.__version__, "numpy": np.__version__}),
            "cases": json.dumps(cases, separators=(",", ":"))}
safetensors.torch.save_file(tensors, f"{folder}/shape_operations.safetensors", metadata=metadata)
print(len(cases), "cases", len(tensors), "tensors")
