"""Tests/TensorCoreTests/Primitives/Normalization/Goldens/normalization.safetensors: PyTorch's normalisations of
formula-filled tensors, in double precision, rounded: what every float32 result must be near."""
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

from formula import fill

SEED = 4
cases, tensors = [], {}


def add(operation, shape, result, parameters=(), scale=1.0, offset=0.0, **attributes):
    """The input is filled with `seed`, parameter i (a shape, or None) with `seed + 1 + i`, scaled 0.5 about 1."""
    key, seed = str(len(cases)), SEED + 10 * len(cases)
    x = torch.from_numpy(fill(shape, seed, scale, offset)).double()
    values = [None if p is None else torch.from_numpy(fill(p, seed + 1 + i, 0.5, 1.0)).double()
              for i, p in enumerate(parameters)]
    tensors[key] = np.ascontiguousarray(result(x, *values).float().numpy())
    cases.append(dict(key=key, operation=operation, shape=shape, seed=seed, scale=scale, offset=offset,
                      parameters=[p is not None for p in parameters], **attributes))


for shape in ([2, 3, 5, 7], [1, 17, 4, 4], [3, 5], [2, 4, 9], [1, 2, 3, 4, 5]):
    c = [shape[1]]
    for w, b in ((c, c), (None, None), (c, None), (None, c)):
        add("batch", shape, lambda x, m, v, w, b: F.batch_norm(x, m, v, w, b, eps=1e-3), (c, c, w, b), epsilon=1e-3)
for shape, last in (([4, 96], 1), ([2, 5, 33], 1), ([3, 4, 7], 2), ([2, 3, 5, 2], 3), ([1, 4099], 1), ([5, 1], 1)):
    n = shape[-last:]
    for w, b in ((n, n), (None, None), (n, None)):
        add("layer", shape, lambda x, w, b: F.layer_norm(x, n, w, b, 1e-6), (w, b), epsilon=1e-6, last=last)
    add("rms", shape, lambda x, w: F.rms_norm(x, n, w, 1e-6), (n,), epsilon=1e-6, last=last)
    add("rms", shape, lambda x, w: F.rms_norm(x, n, w, 1e-6), (None,), epsilon=1e-6, last=last)
# Values far from 0, where a one-pass variance would drown: spread 1 about 1000.
add("layer", [3, 768], lambda x, w, b: F.layer_norm(x, [768], w, b, 1e-5), (None, None), 1.0, 1000.0, epsilon=1e-5, last=1)
add("instance", [1, 2, 33, 65], lambda x, w, b: F.instance_norm(x, None, None, w, b, eps=1e-5), ([2], [2]), 1.0, 1000.0,
    epsilon=1e-5)
for shape, groups in (([2, 6, 5, 3], 3), ([1, 32, 7, 7], 32), ([2, 8, 6], 1), ([3, 4], 2), ([1, 6, 3, 2, 2], 2)):
    c = [shape[1]]
    for w, b in ((c, c), (None, None), (None, c)):
        add("group", shape, lambda x, w, b: F.group_norm(x, groups, w, b, 1e-5), (w, b), epsilon=1e-5, groups=groups)
for shape in ([2, 3, 9, 7], [1, 5, 33], [2, 2, 3, 4, 5]):
    c = [shape[1]]
    for w, b in ((c, c), (None, None)):
        add("instance", shape, lambda x, w, b: F.instance_norm(x, None, None, w, b, eps=1e-5), (w, b), epsilon=1e-5)
for shape, size, alpha, beta, k in (([2, 7, 5, 6], 5, 1e-4, 0.75, 2.0), ([1, 3, 40, 41], 5, 1.0, 0.75, 1.0),
                                    ([1, 9, 11], 4, 0.5, 0.6, 1.5), ([2, 4, 3, 3], 1, 2.0, 0.5, 1.0),
                                    ([1, 2, 3, 3], 7, 1.0, 0.75, 1.0)):
    add("response", shape, lambda x: F.local_response_norm(x, size, alpha, beta, k), size=size, alpha=alpha, beta=beta, k=k)
for shape, axis in (([2, 7, 5, 6], 1), ([3, 100], 1), ([3, 100], -1), ([4, 3, 2], 0), ([17], 0), ([1, 3, 40], -2)):
    add("l2", shape, lambda x: F.normalize(x, dim=axis), axis=axis)

out = Path(__file__).parents[2] / "Tests/TensorCoreTests/Primitives/Normalization/Goldens/normalization.safetensors"
out.parent.mkdir(parents=True, exist_ok=True)
save_file(tensors, out, metadata=dict(
    script="Scripts/golden/normalization.py", versions=f"torch {torch.__version__}, numpy {np.__version__}", seed=str(SEED),
    cases=json.dumps(cases)))
print(out.stat().st_size, "bytes,", len(cases), "cases")
