"""What the comparisons of trained detectors share: a Pascal VOC data set, COCO's scores, the optimiser, the moving average."""

import contextlib
import io
from xml.etree import ElementTree

import torch
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def read(root, part, names):
    """Pictures' paths, their boxes and labels from 0; learns the names of the classes on the way."""
    rows = []
    for name in (root / "ImageSets/Main" / f"{part}.txt").read_text().split():
        boxes, labels = [], []
        for item in ElementTree.parse(root / "Annotations" / f"{name}.xml").findall("object"):
            box = [float(item.find("bndbox").find(key).text) for key in ("xmin", "ymin", "xmax", "ymax")]
            # The format counts pixels from 1 and includes the last.
            box[0] -= 1
            box[1] -= 1
            if box[2] <= box[0] or box[3] <= box[1]:
                continue
            label = item.find("name").text
            if label not in names:
                names.append(label)
            boxes.append(box)
            labels.append(names.index(label))
        rows.append((root / "JPEGImages" / f"{name}.jpg", boxes, labels))
    return rows


def score(rows, names, detect):
    """COCO's AP and AP50 of what `detect(picture)` finds: corners, labels from 0, scores."""
    truth = {"images": [], "annotations": [], "categories": [{"id": k + 1, "name": n} for k, n in enumerate(names)]}
    found = []
    for index, (path, boxes, labels) in enumerate(rows, 1):
        picture = Image.open(path).convert("RGB")
        truth["images"].append({"id": index, "width": picture.width, "height": picture.height})
        for (x1, y1, x2, y2), label in zip(boxes, labels):
            truth["annotations"].append({
                "id": len(truth["annotations"]) + 1, "image_id": index, "category_id": label + 1, "iscrowd": 0,
                "bbox": [x1, y1, x2 - x1, y2 - y1], "area": (x2 - x1) * (y2 - y1)})
        for (x1, y1, x2, y2), label, value in detect(picture):
            found.append({
                "image_id": index, "category_id": label + 1, "bbox": [x1, y1, x2 - x1, y2 - y1], "score": value})
    if not found:
        return 0, 0
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = truth
        coco.createIndex()
        evaluation = COCOeval(coco, coco.loadRes(found), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation.stats[0], evaluation.stats[1]


def adamw(model, rate, decay):
    """AdamW that lets norms and biases be."""
    matrices = [p for p in model.parameters() if p.ndim > 1]
    rest = [p for p in model.parameters() if p.ndim <= 1]
    return torch.optim.AdamW(
        [{"params": matrices, "weight_decay": decay}, {"params": rest, "weight_decay": 0}], lr=rate)


@torch.no_grad()
def average(averaged, model, decay):
    """A step of the moving average."""
    for mean, value in zip(averaged.state_dict().values(), model.state_dict().values()):
        if mean.dtype.is_floating_point:
            mean.mul_(decay).add_(value, alpha=1 - decay)
