"""Goldens of YOLOX's loss: parts, gradients and moved statistics of one training step of the official code, version 0.3.0, whose source
(the sdist on PyPI) must be on PYTHONPATH.

Run from the project's root: python Scripts/golden/yolox_loss.py"""
import json
import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

# The official package goes before the script of the same name in this folder.
sys.path.append(sys.path.pop(0))
from formula import fill, fill_module
from yolox.models.yolo_head import YOLOXHead
from yolox.models.yolo_pafpn import YOLOPAFPN
from yolox.models.yolox import YOLOX

GAIN, CLASSES, SHAPE = 0.9, 4, (3, 3, 96, 128)
# Class, centre, size: objects that meet, that are tiny, that reach over the edge; a picture without any.
OBJECTS = [
    [[0, 40, 30, 30, 24], [2, 52, 36, 40, 30], [1, 100, 70, 20, 44], [3, 98, 66, 6, 5], [3, 30, 84, 50, 20]],
    [],
    [[1, 64, 48, 120, 90], [1, 70, 50, 16, 16]],
]
tensors, cases = {}, []
for distance in (False, True):
    network = YOLOX(
        YOLOPAFPN(0.33, 0.25, depthwise=True), YOLOXHead(CLASSES, 0.25, depthwise=True))
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps, module.momentum = 1e-3, 0.03
    fill_module(network, GAIN)
    network.train()
    network.head.use_l1 = distance
    labels = torch.zeros(3, 8, 5)
    for image, objects in enumerate(OBJECTS):
        for place, row in enumerate(objects):
            labels[image, place] = torch.tensor(row, dtype=torch.float32)
    found = network(torch.from_numpy(fill(SHAPE, 11, 127.5, 127.5)), labels)
    found["total_loss"].backward()
    name = "distance" if distance else "plain"
    parts = [found[k] for k in ("total_loss", "iou_loss", "conf_loss", "cls_loss", "l1_loss")]
    tensors[name] = np.array([float(p) for p in parts], np.float32)
    assert tensors[name][1] > 0.1 and tensors[name][3] > 0.1
    norms = {k: float(p.grad.double().norm()) for k, p in network.named_parameters()}
    for key in ("head.reg_preds.0.weight", "head.cls_preds.1.bias", "head.obj_preds.2.weight",
                "backbone.backbone.stem.conv.conv.weight", "backbone.C3_p3.conv1.bn.weight"):
        tensors[f"{name}/{key}"] = dict(network.named_parameters())[key].grad.numpy().copy()
    tensors[f"{name}/mean"] = network.state_dict()["backbone.backbone.stem.conv.bn.running_mean"].numpy().copy()
    cases.append({"name": name, "distance": distance, "norms": norms})
    print(name, tensors[name], found["num_fg"])
# Who is for whom, where many predictions are good: jittered copies of the objects at every cell.
head, rng = network.head, np.random.default_rng(5)
cells = [(x, y, s) for s in (8, 16, 32) for y in range(SHAPE[2] // s) for x in range(SHAPE[3] // s)]
x, y, stride = (torch.tensor([[c[k] for c in cells]], dtype=torch.float32) for k in range(3))
truth = torch.tensor([[0, 40, 30, 30, 24], [2, 52, 36, 40, 30], [1, 100, 70, 20, 44], [3, 98, 66, 6, 5], [3, 30, 84, 50, 20],
                      [1, 64, 48, 120, 90]], dtype=torch.float32)
near = truth[rng.integers(0, len(truth), len(cells)), 1:]
boxes = near * torch.from_numpy(rng.uniform(0.85, 1.15, near.shape).astype(np.float32))
scores = torch.from_numpy(rng.normal(-1, 2, (len(cells), CLASSES)).astype(np.float32))
objectness = torch.from_numpy(rng.normal(-1, 2, (len(cells), 1)).astype(np.float32))
_, chosen, overlaps, objects, count = head.get_assignments(
    0, len(truth), len(cells), truth[:, 1:], truth[:, 0], boxes, stride, x, y, scores[None], boxes[None], objectness[None],
    None, None)
print(count, np.bincount(objects.numpy()))
assert count > 25
tensors |= {"simota/truth": truth.numpy(), "simota/boxes": boxes.numpy(), "simota/scores": scores.numpy(),
            "simota/objectness": objectness[:, 0].numpy().copy(), "simota/chosen": chosen.numpy().astype(np.int64),
            "simota/objects": objects.numpy().astype(np.int64), "simota/overlaps": overlaps.numpy()}
metadata = {"script": "Scripts/golden/yolox_loss.py", "versions": f"torch {torch.__version__}, yolox 0.3.0", "seed": "11",
            "gain": str(GAIN), "classes": str(CLASSES), "shape": json.dumps(SHAPE), "objects": json.dumps(OBJECTS),
            "cases": json.dumps(cases)}
save_file(tensors, "Tests/DetectionTests/Training/Goldens/yolox_loss.safetensors", metadata)
