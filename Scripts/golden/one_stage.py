"""Goldens of one-stage detectors' plain parts: SSD's default boxes and the postprocessing of SSD, RetinaNet and FCOS on
formula-filled outputs of heads.

Run from the project's root: python Scripts/golden/one_stage.py"""
import sys
from types import SimpleNamespace

import torch
import torchvision
from safetensors.torch import save_file
from torchvision.models.detection import _utils, anchor_utils, fcos, image_list, retinanet, ssd

sys.path.insert(0, "Scripts/golden")
from formula import fill

FOLDER = "Tests/DetectionTests/Networks/OneStage/Goldens/"
notes = {"script": "Scripts/golden/one_stage.py", "versions": f"torch {torch.__version__}, torchvision {torchvision.__version__}", "seed": "1"}
filled = lambda shape, seed, scale=1.0, offset=0.0: torch.from_numpy(fill(shape, seed, scale, offset))


def default_boxes():
    """Every 29th box of the two models' generators, all of a small one over a wide image."""
    generators = {
        "ssd": (anchor_utils.DefaultBoxGenerator([[2], [2, 3], [2, 3], [2, 3], [2], [2]], scales=[0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05], steps=[8, 16, 32, 64, 100, 300]),
                (300, 300), [38, 19, 10, 5, 3, 1], 29),
        "ssdlite": (anchor_utils.DefaultBoxGenerator([[2, 3] for _ in range(6)], min_ratio=0.2, max_ratio=0.95), (320, 320), [20, 10, 5, 3, 2, 1], 29),
        "unclipped": (anchor_utils.DefaultBoxGenerator([[2], [3]], min_ratio=0.4, max_ratio=0.9, clip=False), (40, 70), [2, 1], 1)}
    tensors = {}
    for name, (generator, size, sides, step) in generators.items():
        maps = [torch.zeros(1, 1, s, s + (name == "unclipped")) for s in sides]
        tensors[name] = generator(image_list.ImageList(torch.zeros(1, 3, *size), [size]), maps)[0][::step].contiguous()
    save_file(tensors, FOLDER + "default_boxes.safetensors", notes)
    return tensors


def level(index, anchors, classes):
    """Formula-filled outputs of a head for these anchors."""
    seed = 100 * index
    return filled((1, anchors, classes), seed + 1, 4, -1), filled((1, anchors, 4), seed + 2, 0.7, 0.2), filled((1, anchors, 1), seed + 3, 3)


def postprocessing():
    size, classes = (60, 90), 5
    # Centre and size by formula; the same are made in the tests.
    anchors = []
    for index, count in enumerate([70, 30]):
        centre, half = filled((count, 2), 100 * index + 4, 30, 35), filled((count, 2), 100 * index + 5, 6, 10)
        anchors.append(torch.cat([centre - half, centre + half], 1))
    levels = [level(index, len(a), classes) for index, a in enumerate(anchors)]
    outputs = {"cls_logits": [v[0] for v in levels], "bbox_regression": [v[1] for v in levels], "bbox_ctrness": [v[2] for v in levels]}
    settings = dict(score_thresh=0.3, nms_thresh=0.5, topk_candidates=60, detections_per_img=200)
    results = {}
    unit = SimpleNamespace(box_coder=_utils.BoxCoder((1.0, 1.0, 1.0, 1.0)), **settings)
    results["retinanet"] = retinanet.RetinaNet.postprocess_detections(unit, outputs, [anchors], [size])[0]
    unit = SimpleNamespace(box_coder=_utils.BoxLinearCoder(normalize_by_size=True), **settings)
    fcos_outputs = dict(outputs, bbox_regression=[v.relu() for v in outputs["bbox_regression"]])
    results["fcos"] = fcos.FCOS.postprocess_detections(unit, fcos_outputs, [anchors], [size])[0]
    unit = SimpleNamespace(box_coder=_utils.BoxCoder((10.0, 10.0, 5.0, 5.0)), **dict(settings, topk_candidates=12, score_thresh=0.1, detections_per_img=30))
    joined = {k: torch.cat(v, 1) for k, v in outputs.items()}
    results["ssd"] = ssd.SSD.postprocess_detections(unit, joined, [torch.cat(anchors)], [size])[0]
    save_file({f"{n}.{k}": v.contiguous() for n, r in results.items() for k, v in r.items()}, FOLDER + "postprocessing.safetensors", notes)
    return {n: r["scores"] for n, r in results.items()}


print({k: list(v.shape) for k, v in default_boxes().items()}, {k: (len(v), v[0].item(), v[-1].item()) for k, v in postprocessing().items()})
