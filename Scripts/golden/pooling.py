"""Tests/TensorCoreTests/Primitives/Pooling/Goldens/pooling.safetensors: PyTorch's poolings of formula-filled tensors."""
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

from formula import fill

SEED = 3
cases, tensors = [], {}
generator = np.random.default_rng(SEED)


def add(operation, shape, result, indices=None, **attributes):
    key, seed = str(len(cases)), SEED + len(cases)
    x = torch.from_numpy(fill(shape, seed))
    outputs = result(x)
    if isinstance(outputs, tuple):
        tensors[key + ".indices"] = outputs[1].numpy()
        outputs = outputs[0]
    tensors[key] = np.ascontiguousarray(outputs.numpy())
    cases.append(dict(key=key, operation=operation, shape=shape, seed=seed, **attributes))


def draw(low, high):
    return [int(v) for v in generator.integers(low, high + 1, 2)]


def maximum(shape, kernel, stride=None, padding=(0, 0), dilation=(1, 1), ceil=False):
    # Four paddings (top, left, bottom, right) are PyTorch's pad with -infinity; positions then count the padded plane.
    padding = list(padding)
    if len(padding) == 4:
        def result(x):
            x = F.pad(x, (padding[1], padding[3], padding[0], padding[2]), value=-float("inf"))
            return F.max_pool2d(x, kernel, stride, 0, dilation, ceil)
    else:
        def result(x):
            return F.max_pool2d(x, kernel, stride, padding, dilation, ceil, return_indices=True)
    add("max", shape, result, kernel=kernel, stride=stride, padding=padding, dilation=list(dilation), ceil=ceil)


def average(shape, kernel, stride=None, padding=(0, 0), ceil=False, include=True, divisor=None):
    add("average", shape, lambda x: F.avg_pool2d(x, kernel, stride, list(padding), ceil, include, divisor),
        kernel=kernel, stride=stride, padding=list(padding), ceil=ceil, include=include, divisor=divisor)


for size in ([13, 13], [19, 11], [3, 40]):  # spatial pyramid pooling
    for window in (5, 9, 13):
        maximum([1, 2] + size, [window, window], [1, 1], [window // 2, window // 2])
maximum([1, 2, 8, 19], [4, 7], [1, 1], [2, 3])
maximum([1, 1, 9, 70], [1, 6], [1, 1], [0, 3])
maximum([2, 9, 5], [5, 1], [1, 1], [2, 0])
maximum([1, 3, 112, 7], [3, 3], [2, 2], [1, 1])
maximum([1, 3, 75, 75], [2, 2], [2, 2], ceil=True)  # SSD
maximum([1, 2, 5, 5], [3, 3], [2, 2], [1, 1], ceil=True)
maximum([1, 2, 4, 4], [2, 2], [3, 3], [1, 1], ceil=True)  # the last window would start in the padding
maximum([1, 1, 6, 6], [3, 3], [4, 4], [0, 0], ceil=True)
maximum([1, 2, 7, 8], [2, 2], [1, 1], [0, 0, 1, 1])  # darknet's window of 2 and stride 1
maximum([1, 2, 7, 8], [3, 3], [2, 2], [0, 1, 1, 0])
maximum([1, 2, 4, 5], [4, 5], [1, 1], [3, 0, 1, 4])
for _ in range(24):
    kernel, dilation = draw(1, 4), draw(1, 2)
    maximum([1, 2] + [int(v) for v in generator.integers(9, 36, 2)], kernel,
            draw(1, 3) if generator.random() < 0.8 else None, [int(generator.integers(0, k // 2 + 1)) for k in kernel],
            dilation, bool(generator.integers(2)))
average([1, 2, 7, 7], [7, 7])
average([2, 5, 5], [3, 3], [2, 2], [1, 1], ceil=True, include=True)
average([2, 5, 5], [3, 3], [2, 2], [1, 1], ceil=True, include=False)
average([1, 1, 4, 4], [2, 2], [3, 3], [1, 1], ceil=True, include=True)
average([1, 1, 6, 7], [3, 2], None, [0, 0], ceil=True, divisor=5)
average([1, 1, 6, 7], [3, 2], None, [1, 1], divisor=-2)
for _ in range(24):
    kernel = draw(1, 5)
    average([1, 2] + [int(v) for v in generator.integers(6, 36, 2)], kernel, draw(1, 3) if generator.random() < 0.8 else None,
            [int(generator.integers(0, k // 2 + 1)) for k in kernel], bool(generator.integers(2)), bool(generator.integers(2)))
for shape, size in [([2, 3, 7, 7], [1, 1]), ([1, 2, 13, 9], [6, 6]), ([1, 2, 13, 9], [7, 7]), ([3, 5, 4], [1, 4]),
                    ([1, 2, 5, 3], [7, 11]), ([1, 1, 61, 90], [1, 1]), ([1, 2, 40, 33], [3, 2]), ([2, 2, 1, 1], [2, 3])]:
    add("adaptiveAverage", shape, lambda x: F.adaptive_avg_pool2d(x, size), size=size)
    add("adaptiveMax", shape, lambda x: F.adaptive_max_pool2d(x, size), size=size)
for shape in ([2, 3, 7, 7], [1, 4, 1, 1], [1, 2, 65, 67], [2, 3, 11], [1, 2, 3, 4, 5]):
    add("global", shape, lambda x: x.mean(tuple(range(2, len(shape))), keepdim=True))

out = Path(__file__).parents[2] / "Tests/TensorCoreTests/Primitives/Pooling/Goldens/pooling.safetensors"
out.parent.mkdir(parents=True, exist_ok=True)
save_file(tensors, out, metadata=dict(
    script="Scripts/golden/pooling.py", versions=f"torch {torch.__version__}, numpy {np.__version__}", seed=str(SEED),
    cases=json.dumps(cases)))
print(out.stat().st_size, "bytes,", len(cases), "cases")
