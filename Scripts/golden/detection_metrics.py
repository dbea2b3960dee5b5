"""Goldens of detection metrics: COCO's twelve numbers by pycocotools, Pascal VOC's by its development kit's rule, what objects are
taken for by ultralytics' rule.

    python Scripts/golden/detection_metrics.py    # writes Tests/DetectionTests/Metrics/Goldens/metrics.json
"""

import contextlib
import importlib.metadata
import io
import json
import pathlib

import numpy as np
from pycocotools import mask as rle
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

SEED = 5
OUT = pathlib.Path(__file__).parents[2] / "Tests/DetectionTests/Metrics/Goldens/metrics.json"


def boxes(rng, count, size):
    """Corners at quarters of pixels, so that no library rounds them."""
    wh = np.exp(rng.uniform(np.log(size / 40), np.log(size / 1.5), (count, 2)))
    xy = rng.random((count, 2)) * (size - wh)
    return np.round(np.concatenate([xy, xy + wh], 1) * 4) / 4


def ellipse(box, size):
    y, x = np.mgrid[:size, :size] + 0.5
    cx, cy, w, h = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box[2] - box[0], box[3] - box[1]
    return rle.encode(np.asfortranarray(((x - cx) / w * 2) ** 2 + ((y - cy) / h * 2) ** 2 <= 1, dtype=np.uint8))


def case(rng, images, classes, objects, extra, size, crowds=0.0, difficult=0.0, empty=0.0, missing=(), steps=1000, masks=False):
    pictures = []
    for _ in range(images):
        count = 0 if rng.random() < empty else int(rng.integers(1, objects + 1))
        known = boxes(rng, count, size)
        labels = rng.integers(0, classes, count)
        labels = np.where(np.isin(labels, missing), 0, labels)
        crowd = rng.random(count) < crowds
        hard = (rng.random(count) < difficult) & ~crowd
        found, found_labels = [], []
        for box, label in zip(known, labels):
            for _ in range(int(rng.integers(0, 4))):
                w, h = box[2] - box[0], box[3] - box[1]
                found.append(np.round((box + rng.normal(size=4) * 0.1 * np.array([w, h, w, h])) * 4) / 4)
                found_labels.append(label if rng.random() < 0.85 else rng.integers(0, classes))
        if rng.random() > 0.15:
            found += list(boxes(rng, int(rng.integers(0, extra + 1)), size))
        found_labels += list(rng.integers(0, classes, len(found) - len(found_labels)))
        found = np.array(found).reshape(-1, 4)
        found[:, 2:] = np.maximum(found[:, 2:], found[:, :2] + 0.25)
        picture = {
            "truth": [
                {"box": b.tolist(), "label": int(l), "crowd": bool(c), "difficult": bool(d)}
                for b, l, c, d in zip(known, labels, crowd, hard)
            ],
            "found": [
                {"box": b.tolist(), "label": int(l), "score": float(np.float32(rng.integers(1, steps) / steps))}
                for b, l in zip(found, found_labels)
            ],
        }
        for entry in picture["truth"]:
            b = entry["box"]
            # As annotated: the area of an outline, less than the box's.
            entry["area"] = round((b[2] - b[0]) * (b[3] - b[1]) * float(rng.uniform(0.5, 1)), 3)
        if masks:
            for entry in picture["truth"] + picture["found"]:
                encoded = ellipse(entry["box"], size)
                entry["mask"] = encoded["counts"].decode()
                if "area" in entry:
                    entry["area"] = float(rle.area(encoded))
        pictures.append(picture)
    return {"classes": classes, "size": size, "pictures": pictures}


def coco(case, kind):
    def shape(entry):
        b = entry["box"]
        result = {"bbox": [b[0], b[1], b[2] - b[0], b[3] - b[1]], "category_id": entry["label"] + 1}
        if "mask" in entry:
            result["segmentation"] = {"size": [case["size"]] * 2, "counts": entry["mask"]}
        if kind == "segm":
            del result["bbox"]
        return result

    truth, found = [], []
    for index, picture in enumerate(case["pictures"]):
        for entry in picture["truth"]:
            truth.append(shape(entry) | {
                "image_id": index, "id": len(truth) + 1, "iscrowd": int(entry["crowd"]), "area": entry["area"]})
        found += [shape(entry) | {"image_id": index, "score": entry["score"]} for entry in picture["found"]]
    gt = COCO()
    gt.dataset = {
        "images": [{"id": i, "width": case["size"], "height": case["size"]} for i in range(len(case["pictures"]))],
        "categories": [{"id": i + 1, "name": f"c{i}"} for i in range(case["classes"])],
        "annotations": truth,
    }
    with contextlib.redirect_stdout(io.StringIO()):
        gt.createIndex()
        evaluation = COCOeval(gt, gt.loadRes(found), kind)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    precision = evaluation.eval["precision"][:, :, :, 0, 2]
    per_class = [[float(p.mean()), float(p[0].mean()), float(p[5].mean())] for p in np.moveaxis(precision, 2, 0)]
    return evaluation, [float(x) for x in evaluation.stats], per_class


def overlaps(box, others):
    x = np.maximum(np.minimum(box[2], others[:, 2]) - np.maximum(box[0], others[:, 0]), 0)
    y = np.maximum(np.minimum(box[3], others[:, 3]) - np.maximum(box[1], others[:, 1]), 0)
    area = (others[:, 2] - others[:, 0]) * (others[:, 3] - others[:, 1])
    return x * y / ((box[2] - box[0]) * (box[3] - box[1]) + area - x * y)


def voc(case):
    """voc_eval of the development kit, with corners in place of pixel numbers: per class over all points, and over eleven."""
    results = []
    for label in range(case["classes"]):
        truth = [[t for t in p["truth"] if t["label"] == label] for p in case["pictures"]]
        count = sum(not t["difficult"] for entries in truth for t in entries)
        taken = [[False] * len(entries) for entries in truth]
        found = [(f["score"], i, f["box"]) for i, p in enumerate(case["pictures"]) for f in p["found"] if f["label"] == label]
        found = [found[i] for i in np.argsort([-f[0] for f in found], kind="stable")]
        tp, fp = np.zeros(len(found)), np.zeros(len(found))
        for at, (_, image, box) in enumerate(found):
            entries = truth[image]
            ious = overlaps(np.array(box), np.array([t["box"] for t in entries]).reshape(-1, 4))
            best = int(np.argmax(ious)) if len(entries) else -1
            if best >= 0 and ious[best] >= 0.5:
                if not entries[best]["difficult"]:
                    tp[at], fp[at] = (0, 1) if taken[image][best] else (1, 0)
                    taken[image][best] = True
            else:
                fp[at] = 1
        if count == 0:
            results.append([-1.0, -1.0])
            continue
        tp, fp = np.cumsum(tp), np.cumsum(fp)
        recall, precision = tp / count, tp / np.maximum(tp + fp, np.finfo(float).eps)
        eleven = float(np.mean([precision[recall >= t].max() if (recall >= t).any() else 0 for t in np.arange(0, 1.1, 0.1)]))
        r, p = np.concatenate([[0], recall, [1]]), np.concatenate([[0], precision, [0]])
        p = np.maximum.accumulate(p[::-1])[::-1]
        at = np.where(r[1:] != r[:-1])[0]
        results.append([float(np.sum((r[at + 1] - r[at]) * p[at + 1])), eleven])
    return results


def confusion(case):
    """ultralytics' ConfusionMatrix.process_batch; rows are true classes."""
    n = case["classes"]
    matrix = np.zeros((n + 1, n + 1), int)
    for picture in case["pictures"]:
        found = [f for f in picture["found"] if f["score"] >= 0.25]
        pairs = []
        for g, t in enumerate(picture["truth"]):
            if found:
                ious = overlaps(np.array(t["box"]), np.array([f["box"] for f in found]))
                pairs += [(g, d, iou) for d, iou in enumerate(ious) if iou > 0.45]
        for column in (1, 0):
            pairs.sort(key=lambda p: -p[2])
            pairs = [p for i, p in enumerate(pairs) if p[column] not in [q[column] for q in pairs[:i]]]
        by_truth = {g: d for g, d, _ in pairs}
        for g, t in enumerate(picture["truth"]):
            matrix[t["label"], found[by_truth[g]]["label"] if g in by_truth else n] += 1
        for d, f in enumerate(found):
            if d not in by_truth.values():
                matrix[n, f["label"]] += 1
    return matrix.ravel().tolist()


def curves(case, evaluation):
    """Precision and recall of each class above some confidences, from pycocotools' matches at an overlap of 0.5."""
    results = []
    for confidence in (0.1, 0.35, 0.8):
        for label in range(case["classes"]):
            right = wrong = objects = 0
            for entry in evaluation.evalImgs:
                if entry is None or entry["category_id"] != label + 1 or entry["aRng"] != [0, 1e10]:
                    continue
                objects += int((entry["gtIgnore"] == 0).sum())
                counted = (np.array(entry["dtScores"]) >= confidence) & ~entry["dtIgnore"][0].astype(bool)
                right += int(((entry["dtMatches"][0] > 0) & counted).sum())
                wrong += int(((entry["dtMatches"][0] == 0) & counted).sum())
            if objects:
                results.append([confidence, label, right / (right + wrong) if right + wrong else 1, right / objects])
    return results


def main():
    rng = np.random.default_rng(SEED)
    cases = {
        "plain": case(rng, 24, 4, 6, 6, 320, steps=50),
        "crowds": case(rng, 20, 3, 7, 5, 400, crowds=0.3),
        "missing": case(rng, 20, 5, 4, 6, 240, empty=0.5, missing=(1, 3)),
        "difficult": case(rng, 20, 2, 6, 4, 320, difficult=0.3, steps=20),
        "many": case(rng, 3, 1, 20, 140, 200, steps=40),
        "small": case(rng, 10, 2, 4, 4, 40),
        "masks": case(rng, 10, 2, 4, 3, 120, crowds=0.2, masks=True),
    }
    for name, item in cases.items():
        evaluation, item["coco"], item["perClass"] = coco(item, "bbox")
        item["curves"] = curves(item, evaluation)
        if name == "masks":
            _, item["cocoMasks"], item["perClassMasks"] = coco(item, "segm")
        if name not in ("crowds", "masks"):
            item["voc"] = voc(item)
            item["confusion"] = confusion(item)
        item["name"] = name
    OUT.parent.mkdir(parents=True, exist_ok=True)
    version = importlib.metadata.version("pycocotools")
    note = f"Scripts/golden/detection_metrics.py, pycocotools {version}, numpy {np.__version__}, seed {SEED}"
    OUT.write_text(json.dumps({"note": note, "cases": list(cases.values())}, separators=(",", ":")) + "\n")


main()
