"""Goldens of classification metrics, by PyTorch's topk and NumPy's formulas of scikit-learn's reports.

    python Scripts/golden/metrics.py    # writes Tests/TrainingTests/Metrics/Goldens/metrics.json
"""

import json
import pathlib

import numpy as np
import torch

SEED = 11
OUT = pathlib.Path(__file__).parents[2] / "Tests/TrainingTests/Metrics/Goldens/metrics.json"


def case(rng, count, classes, present):
    logits = np.round(rng.normal(size=(count, classes)) * 8) / 4
    # No two scores of a row are equal: libraries differ in whom they then prefer.
    logits += np.argsort(rng.random((count, classes)), axis=1) / 1024
    targets = rng.choice(present, size=count)
    logits[np.arange(count), targets] += 1.5
    logits = logits.astype(np.float32)
    ranks = torch.topk(torch.from_numpy(logits), min(5, classes), dim=1).indices.numpy()
    predicted = ranks[:, 0]
    confusion = np.zeros((classes, classes), dtype=int)
    np.add.at(confusion, (targets, predicted), 1)
    right = np.diag(confusion).astype(float)
    taken, support = confusion.sum(0), confusion.sum(1)

    def share(a, b):
        return np.divide(a, b, out=np.zeros_like(right), where=b > 0)

    precision, recall = share(right, taken), share(right, support)
    f1 = share(2 * precision * recall, precision + recall)
    return {
        "classes": classes,
        "logits": [float(x) for x in logits.ravel()],
        "targets": [int(x) for x in targets],
        "confusion": [int(x) for x in confusion.ravel()],
        "top1": float((predicted == targets).mean()),
        "top5": float((ranks == targets[:, None]).any(1).mean()),
        "precision": precision.tolist(),
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": [int(x) for x in support],
        "balanced": float(recall[support > 0].mean()),
        "macro_f1": float(f1[support > 0].mean()),
    }


def main():
    rng = np.random.default_rng(SEED)
    cases = [case(rng, 200, 10, np.arange(10)), case(rng, 40, 3, np.arange(3)), case(rng, 60, 8, np.array([0, 2, 5]))]
    OUT.parent.mkdir(parents=True, exist_ok=True)
    note = f"Scripts/golden/metrics.py, torch {torch.__version__}, numpy {np.__version__}, seed {SEED}"
    OUT.write_text(json.dumps({"note": note, "cases": cases}) + "\n")


main()
