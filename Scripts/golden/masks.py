"""Tests/ImagingTests/Geometry/Goldens/masks.json: pycocotools on masks of formula bits and on drawn polygons and boxes."""
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from pycocotools import mask as coco

from formula import fill

SEED = 4
generator = np.random.default_rng(SEED)


def entry(rle):
    box = coco.toBbox(rle).tolist()
    return dict(counts=rle["counts"].decode(), area=int(coco.area(rle)), box=[box[0], box[1], box[0] + box[2], box[1] + box[3]])


bits = []
for index, (h, w, threshold) in enumerate([(1, 1, -2), (1, 1, 2), (5, 7, 0), (9, 4, 0.7), (40, 33, -0.8), (64, 100, 0.97), (1, 50, 0), (50, 1, 0),
                                           (300, 200, 0.9999), (30, 30, -2), (30, 30, 2),
                                           # Runs beyond 2^20, single pixels, nearly every pixel another.
                                           (1200, 1500, 0.999999), (1200, 1500, -0.999999), (2, 2, 0), (2, 3, -0.2), (97, 89, 0), (1, 2, -2)]):
    pixels = (fill([h, w], SEED + index) > threshold).astype(np.uint8)
    bits.append(dict(size=[h, w], seed=SEED + index, threshold=threshold, **entry(coco.encode(np.asfortranarray(pixels)))))

polygons = []
for index in range(60):
    h, w = (int(v) for v in generator.integers(1, 120, 2))
    count = int(generator.integers(1, 4))
    shapes = []
    for _ in range(count):
        points = int(generator.integers(3, 12))
        xy = generator.uniform(-0.2, 1.2, (points, 2)) * [w, h]
        if index % 4 == 0:
            xy = np.round(xy)  # whole numbers, halves and repeated points
        if index % 4 == 1:
            xy = np.round(xy * 2) / 2
            xy = np.concatenate([xy, xy[-1:]])
        shapes.append([round(float(v), 3) for v in xy.reshape(-1)])
    rles = coco.frPyObjects(shapes, h, w)
    polygons.append(dict(size=[h, w], polygons=shapes, **entry(coco.merge(rles))))

boxes = []
for index in range(12):
    h, w = (int(v) for v in generator.integers(2, 90, 2))
    x, y = generator.uniform(-5, w), generator.uniform(-5, h)
    place = [np.float32(v) for v in np.round([x, y, generator.uniform(1, w), generator.uniform(1, h)], 2)]
    corners = [float(place[0]), float(place[1]), float(place[0] + place[2]), float(place[1] + place[3])]
    xywh = np.array([[corners[0], corners[1], corners[2] - corners[0], corners[3] - corners[1]]])
    rle = coco.frPyObjects(xywh, h, w)[0]
    boxes.append(dict(size=[h, w], corners=corners, **entry(rle)))

merges = []
for index in range(12):
    h, w = (int(v) for v in generator.integers(1, 40, 2))
    first, second = (coco.encode(np.asfortranarray((fill([h, w], 50 + 2 * index + k) > t).astype(np.uint8))) for k, t in [(0, 0.2), (1, -0.5)])
    merges.append(dict(
        size=[h, w], first=first["counts"].decode(), second=second["counts"].decode(),
        union=coco.merge([first, second])["counts"].decode(), intersection=coco.merge([first, second], intersect=True)["counts"].decode(),
        iou=float(coco.iou([first], [second], [0])[0, 0]), crowd=float(coco.iou([first], [second], [1])[0, 0])))

out = Path(__file__).parents[2] / "Tests/ImagingTests/Geometry/Goldens/masks.json"
out.parent.mkdir(parents=True, exist_ok=True)
out.write_text(json.dumps(dict(
    script="Scripts/golden/masks.py", versions=f"pycocotools {version('pycocotools')}, numpy {np.__version__}", seed=SEED,
    bits=bits, polygons=polygons, boxes=boxes, merges=merges), indent=0))
print(out.stat().st_size, "bytes")
