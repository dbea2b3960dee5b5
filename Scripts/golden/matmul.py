#!/usr/bin/env python3
"""Goldens of MatrixMultiplyTests and LinearTests: results by NumPy and PyTorch in float64.

The operands of case i are formula-filled with seeds 3i, 3i + 1 and (the bias) 3i + 2.
"""
import json, os
import numpy, torch
from safetensors.torch import save_file
from formula import fill

FOLDER = os.path.join(os.path.dirname(__file__), "../../Tests/TensorCoreTests/Primitives/Matrix/Goldens")
VERSIONS = f"torch {torch.__version__}, numpy {numpy.__version__}"


def save(name, cases, results):
    metadata = {"script": "Scripts/golden/matmul.py", "versions": VERSIONS, "seed": "0", "cases": json.dumps(cases)}
    os.makedirs(FOLDER, exist_ok=True)
    save_file({str(i): r.float().contiguous() for i, r in enumerate(results)}, f"{FOLDER}/{name}.safetensors", metadata=metadata)


def matmul():
    shapes = [
        ([7], [7]), ([5], [5, 9]), ([9, 5], [5]), ([1, 1], [1, 1]), ([3, 4], [4, 5]), ([17, 33], [33, 65]), ([31, 400], [400, 37]),
        ([1, 130], [130, 300]), ([65, 130], [130, 1]), ([2, 40], [40, 50]), ([4, 40], [40, 50]), ([6, 40], [40, 50]),
        ([3, 5, 7], [7, 4]), ([3, 5, 7], [3, 7, 4]), ([2, 1, 5, 7], [3, 7, 4]), ([5, 7], [2, 3, 7, 4]), ([4, 1, 6, 3], [1, 5, 3, 2]),
        ([2, 3, 1, 8], [8, 20]), ([2, 3, 6], [6]), ([6], [2, 3, 6, 5]), ([1, 2, 20, 16], [3, 1, 16, 20]),
    ]
    cases, results = [], []
    for a, b in shapes:
        for ta in ([False, True] if len(a) > 1 else [False]):
            for tb in ([False, True] if len(b) > 1 else [False]):
                x = torch.from_numpy(fill(a[:-2] + a[-2:][::-1] if ta else a, 3 * len(cases))).double()
                y = torch.from_numpy(fill(b[:-2] + b[-2:][::-1] if tb else b, 3 * len(cases) + 1)).double()
                cases.append({"left": list(x.shape), "right": list(y.shape), "transposeA": ta, "transposeB": tb})
                results.append(torch.from_numpy(numpy.asarray(numpy.matmul((x.mT if ta else x).numpy(), (y.mT if tb else y).numpy()))))
    save("matmul", cases, results)


def linear():
    cases, results = [], []
    for shape, outputs, bias in [([1, 70], 33, True), ([3, 70], 33, True), ([5, 70], 33, False), ([70], 9, True), ([2, 5, 19], 40, True),
                                 ([6, 1], 4, True), ([20, 64], 1, True), ([1, 64], 1, False)]:
        i = 3 * len(cases)
        x, w, b = (torch.from_numpy(fill(s, i + j)).double() for j, s in enumerate([shape, [outputs, shape[-1]], [outputs]]))
        cases.append({"input": shape, "outputs": outputs, "bias": bias})
        results.append(torch.nn.functional.linear(x, w, b if bias else None))
    save("linear", cases, results)


if __name__ == "__main__":
    matmul()
    linear()
