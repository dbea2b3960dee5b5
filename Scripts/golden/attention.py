#!/usr/bin/env python3
"""Goldens of AttentionTests: torch.nn.functional.scaled_dot_product_attention in float64.

Query, key, value and term t of case i are formula-filled with seeds 10i, 10i + 1, 10i + 2 and 10i + 3 + t; a term that
masks is -infinity where its filling is above 0.3.
"""
import json, os
import torch
from safetensors.torch import save_file
from formula import fill

FOLDER = os.path.join(os.path.dirname(__file__), "../../Tests/TensorCoreTests/Primitives/Matrix/Goldens")
CASES = [  # leading axes with the heads last, N, M, D, E, terms (shape, masks), scale
    ([1], 1, 1, 1, 1, [], None), ([2, 3], 5, 5, 4, 4, [], None), ([2, 3], 5, 9, 4, 6, [([5, 9], False)], None),
    ([2, 1, 3], 4, 7, 8, 5, [([1, 3, 4, 7], False), ([1, 1, 4, 7], True)], 0.25), ([1, 2], 70, 33, 16, 8, [([2, 1, 33], False)], None),
    ([2, 2], 9, 450, 7, 3, [([2, 1, 9, 1], False), ([9, 450], True)], None), ([1, 1], 3, 20, 300, 400, [], 0.05), ([2], 0, 3, 4, 4, [], None),
    ([1, 1], 2, 12000, 5, 2, [], 3.0),
]


def main():
    cases, results = [], {}
    for i, (stack, n, m, d, e, terms, scale) in enumerate(CASES):
        q, k, v = (torch.from_numpy(fill(stack + s, 10 * i + j)).double() for j, s in enumerate([[n, d], [m, d], [m, e]]))
        bias = torch.zeros(stack + [n, m], dtype=torch.float64)
        for t, (shape, masks) in enumerate(terms):
            values = torch.from_numpy(fill(shape, 10 * i + 3 + t)).double()
            bias = bias + (torch.where(values > 0.3, -torch.inf, 0.0) if masks else values)
        results[str(i)] = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=bias, scale=scale).float().contiguous()
        cases.append({"stack": stack, "rows": n, "keys": m, "features": d, "valueFeatures": e, "scale": scale,
                      "terms": [{"shape": s, "masks": masks} for s, masks in terms]})
    metadata = {"script": "Scripts/golden/attention.py", "versions": f"torch {torch.__version__}", "seed": "0", "cases": json.dumps(cases)}
    save_file(results, f"{FOLDER}/attention.safetensors", metadata=metadata)


if __name__ == "__main__":
    main()
