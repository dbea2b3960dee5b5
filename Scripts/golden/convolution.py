#!/usr/bin/env python3
"""Goldens of ConvolutionTests and ConvolutionTransposeTests: shapes drawn once from a seed, results by PyTorch in float64.

Input, bias and weight of case i are formula-filled with seeds 3i, 3i + 1 and 3i + 2.
"""
import json, os, random
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from formula import fill

FOLDER = os.path.join(os.path.dirname(__file__), "../../Tests/TensorCoreTests/Primitives/Convolution/Goldens")
SEED = 20240607


def tensors(i, case):
    shapes = [case["input"], [case["outputs"]], case["weight"]]
    return [torch.from_numpy(fill(shape, 3 * i + j)).double() for j, shape in enumerate(shapes)]


def save(name, cases, results):
    metadata = {"script": "Scripts/golden/convolution.py", "versions": f"torch {torch.__version__}", "seed": str(SEED),
                "cases": json.dumps(cases)}
    os.makedirs(FOLDER, exist_ok=True)
    save_file({str(i): r.float().contiguous() for i, r in enumerate(results)}, f"{FOLDER}/{name}.safetensors", metadata=metadata)


def case(n, c, h, w, o, k, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1, bias=True, output_padding=(0, 0), transposed=False):
    weight = [c, o // groups, *k] if transposed else [o, c // groups, *k]
    return {"input": [n, c, h, w], "weight": weight, "outputs": o, "stride": list(stride), "padding": list(padding),
            "dilation": list(dilation), "groups": groups, "bias": bias, "outputPadding": list(output_padding)}


def convolution():
    draw = random.Random(SEED)
    cases = [
        case(1, 3, 32, 32, 16, (3, 3), (2, 2), (1, 1)),                       # a stem
        case(1, 3, 33, 31, 8, (7, 7), (2, 2), (3, 3), bias=False),            # ResNet's stem
        case(2, 24, 13, 13, 40, (1, 1)),                                      # pointwise
        case(1, 16, 9, 11, 24, (1, 1), (2, 2), bias=False),                   # ResNet's shortcut
        case(1, 20, 13, 13, 20, (3, 3), padding=(1, 1), groups=20),           # depthwise
        case(2, 6, 17, 19, 6, (5, 5), (2, 2), (2, 2), groups=6),
        case(1, 5, 20, 23, 5, (5, 5), padding=(2, 2), groups=5, bias=False),
        case(1, 4, 21, 35, 8, (3, 3), (2, 2), (0, 1, 1, 0), groups=4),        # depth multiplier, uneven padding
        case(1, 7, 15, 15, 7, (3, 3), padding=(2, 2), dilation=(2, 2), groups=7),
        case(1, 3, 14, 40, 3, (7, 3), (1, 3), (3, 0), groups=3),
        case(1, 32, 8, 8, 32, (3, 3), padding=(1, 1), groups=8),              # ResNeXt
        case(1, 40, 6, 6, 50, (3, 3), padding=(1, 1)),
        case(1, 12, 12, 15, 9, (3, 3), padding=(4, 4), dilation=(4, 4)),      # DeepLab
        case(2, 3, 16, 24, 12, (8, 8), (8, 8)),                               # patches
        case(3, 10, 5, 4, 11, (5, 4)),                                        # kernel as large as the image
        case(2, 8, 1, 1, 10, (1, 1)),                                         # squeeze and excitation
        case(2, 8, 3, 2, 10, (3, 2), groups=2),
        case(1, 130, 4, 5, 3, (3, 3), padding=(1, 1)),                        # several blocks of terms
        case(1, 2, 14, 13, 3, (11, 10), (1, 1), (5, 5)),                      # a large kernel
        case(1, 2, 3, 3, 2, (2, 2), padding=(3, 1, 0, 2)),                    # outputs that see only padding
    ]
    for _ in range(20):
        groups = draw.choice([1, 1, 1, 2, 3])
        k = (draw.randint(1, 5), draw.randint(1, 5))
        d = (draw.randint(1, 3), draw.randint(1, 3))
        padding = [draw.randint(0, 3) for _ in range(draw.choice([2, 4]))]
        cases.append(case(
            draw.randint(1, 3), groups * draw.randint(1, 9), (k[0] - 1) * d[0] + draw.randint(1, 14), (k[1] - 1) * d[1] + draw.randint(1, 18),
            groups * draw.randint(1, 9), k, (draw.randint(1, 4), draw.randint(1, 4)), padding, d, groups, draw.random() < 0.7))
    results = []
    for i, c in enumerate(cases):
        x, bias, weight = tensors(i, c)
        top, left, bottom, right = c["padding"] if len(c["padding"]) == 4 else c["padding"] * 2
        results.append(F.conv2d(F.pad(x, (left, right, top, bottom)), weight, bias if c["bias"] else None, c["stride"], 0, c["dilation"], c["groups"]))
    save("convolution", cases, results)


def transposed():
    draw = random.Random(SEED + 1)
    cases = [
        case(1, 8, 5, 6, 5, (2, 2), (2, 2), transposed=True),                                     # U-Net
        case(2, 6, 4, 5, 4, (4, 4), (2, 2), (1, 1), transposed=True),                             # DCGAN
        case(1, 5, 6, 5, 7, (3, 3), (2, 2), (1, 1), output_padding=(1, 1), bias=False, transposed=True),
        case(1, 3, 4, 4, 3, (8, 8), (4, 4), (2, 2), groups=3, bias=False, transposed=True),       # FCN's upsampling
        case(1, 4, 3, 5, 6, (1, 2), (3, 4), groups=2, transposed=True),                           # gaps between taps
        case(1, 4, 7, 6, 5, (3, 3), (1, 1), (2, 1), (2, 2), transposed=True),
    ]
    for _ in range(14):
        groups = draw.choice([1, 1, 2, 3])
        k, s = (draw.randint(1, 5), draw.randint(1, 5)), (draw.randint(1, 3), draw.randint(1, 3))
        d = (draw.randint(1, 2), draw.randint(1, 2))
        op = tuple(draw.randint(0, max(a, b) - 1) for a, b in zip(s, d))
        p = tuple(draw.randint(0, (b * (a - 1)) // 2) for a, b in zip(k, d))
        cases.append(case(draw.randint(1, 2), groups * draw.randint(1, 6), draw.randint(2, 8), draw.randint(2, 8), groups * draw.randint(1, 6),
                          k, s, p, d, groups, draw.random() < 0.7, op, transposed=True))
    results = []
    for i, c in enumerate(cases):
        x, bias, weight = tensors(i, c)
        results.append(F.conv_transpose2d(
            x, weight, bias if c["bias"] else None, c["stride"], c["padding"], c["outputPadding"], c["groups"], c["dilation"]))
    save("convolutionTranspose", cases, results)


if __name__ == "__main__":
    convolution()
    transposed()
