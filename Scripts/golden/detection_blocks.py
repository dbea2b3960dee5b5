"""Goldens of the parts that torchvision's detectors share: anchors, box coders, matchers, the transform, the feature pyramid,
regions over several levels, pasted masks and keypoints.

Run from the project's root: python Scripts/golden/detection_blocks.py"""
import json
import sys
from collections import OrderedDict

import torch
import torchvision
from safetensors.torch import save_file
from torchvision.models.detection import _utils, roi_heads
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.transform import GeneralizedRCNNTransform, _resize_image_and_masks
from torchvision.ops import FeaturePyramidNetwork, MultiScaleRoIAlign, box_iou
from torchvision.ops.feature_pyramid_network import LastLevelMaxPool, LastLevelP6P7
from torchvision.ops.poolers import LevelMapper

sys.path.insert(0, "Scripts/golden")
from formula import fill, fill_module

TESTS = "Tests/DetectionTests/"
filled = lambda shape, seed, scale=1.0, offset=0.0: torch.from_numpy(fill(shape, seed, scale, offset))


def save(path, tensors, cases=()):
    save_file({k: v.contiguous() for k, v in tensors.items()}, TESTS + path + ".safetensors", {
        "script": "Scripts/golden/detection_blocks.py", "seed": "by case", "cases": json.dumps(list(cases)),
        "versions": f"torch {torch.__version__}, torchvision {torchvision.__version__}"})
    print(path, {k: list(v.shape) for k, v in tensors.items()})


def boxes(count, seed, middle=60.0, spread=50.0, side=40.0):
    """Corners of boxes with sides from 1 to 2 * side - 1."""
    centre, size = filled((count, 2), seed, spread, middle), filled((count, 2), seed + 1, side - 1, side)
    return torch.cat([centre - size / 2, centre + size / 2], 1)


def anchors():
    generators = {
        "pyramid": ([[32], [64], [128]], [[0.5, 1.0, 2.0]] * 3, (96, 160), [(24, 40), (12, 20), (5, 7)], 7),
        "retina": ([[x, int(x * 2 ** (1 / 3)), int(x * 2 ** (2 / 3))] for x in (32, 64)], [[0.5, 1.0, 2.0]] * 2, (64, 96), [(8, 12), (4, 6)], 5),
        "square": ([[8], [16]], [[1.0]] * 2, (33, 50), [(4, 6), (2, 3)], 1)}
    tensors = {}
    for name, (sizes, ratios, size, grids, step) in generators.items():
        maps = [torch.zeros(1, 1, *g) for g in grids]
        tensors[name] = AnchorGenerator(tuple(map(tuple, sizes)), tuple(map(tuple, ratios)))(ImageList(torch.zeros(1, 3, *size), [size]), maps)[0][::step]
    save("Anchors/Goldens/anchors", tensors)


def coders():
    base, other = boxes(64, 1), boxes(64, 3)
    # Codes far beyond what a box's growth is cut at.
    codes = filled((64, 8), 5, 3.0)
    tensors = {}
    for name, weights in (("unit", (1.0, 1.0, 1.0, 1.0)), ("heads", (10.0, 10.0, 5.0, 5.0))):
        coder = _utils.BoxCoder(weights)
        tensors[name + "_encoded"] = coder.encode_single(other, base)
        tensors[name + "_decoded"] = coder.decode_single(codes * (1 if name == "heads" else 2), base)
    for name, by_size in (("linear", True), ("pixels", False)):
        coder = _utils.BoxLinearCoder(normalize_by_size=by_size)
        # torchvision names the anchors "reference" here.
        tensors[name + "_encoded"] = coder.encode(base, other)
        tensors[name + "_decoded"] = coder.decode(codes[:, :4], base)
    save("Anchors/Goldens/coders", tensors)


def matchers():
    tensors, cases = {}, []
    for index, (objects, count, steps) in enumerate([(1, 40, 8), (5, 60, 8), (7, 200, 64), (4, 1, 8)]):
        # Whole steps make ties; object 0 fits no anchor at all.
        quality = ((filled((objects, count), 10 + index, 0.5, 0.5)) * steps).floor() / steps
        if objects > 4: quality[0] = 0
        for high, low, every in [(0.7, 0.3, True), (0.5, 0.5, False), (0.5, 0.4, True), (0.7, 0.3, False)]:
            name = f"m{len(cases)}"
            tensors[name] = _utils.Matcher(high, low, allow_low_quality_matches=every)(quality.clone())
            cases.append({"name": name, "objects": objects, "anchors": count, "steps": steps, "seed": 10 + index, "high": high, "low": low, "every": every})
        tensors[f"ssd{index}"] = _utils.SSDMatcher(0.5)(quality.clone())
    save("Anchors/Goldens/matchers", tensors, cases)


def transforms():
    sizes, cases = [], []
    for index in range(48):
        h, w = (int(v) for v in (filled((2,), 50 + index, 0.5, 0.5) * 1400 + 1).floor())
        short, long = [(800, 1333), (320, 640), (600, 1000), (64, 100)][index % 4]
        if int(min(h, w) * min(short / min(h, w), long / max(h, w))) < 1: continue
        out = _resize_image_and_masks(torch.zeros(1, h, w), short, long)[0]
        cases.append([h, w, short, long])
        sizes.append(list(out.shape[-2:]))
    image = filled((3, 23, 31), 7, 0.5, 0.5)
    tensors = {"sizes": torch.tensor(sizes), "cases": torch.tensor(cases)}
    for name, transform in (("bounded", GeneralizedRCNNTransform(40, 50, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])),
                            ("fixed", GeneralizedRCNNTransform(0, 0, [0.5, 0.4, 0.3], [1 / 255] * 3, size_divisible=1, fixed_size=(20, 30)))):
        target = {"boxes": boxes(5, 8, 12, 8, 5), "keypoints": filled((5, 2, 3), 9, 12, 12)}
        images, targets = transform.eval()([image], [target])
        tensors[name] = images.tensors
        tensors[name + "_boxes"], tensors[name + "_keypoints"] = targets[0]["boxes"], targets[0]["keypoints"]
        back = transform.postprocess([{"boxes": boxes(5, 8, 12, 8, 5), "keypoints": filled((5, 2, 3), 9, 12, 12)}], images.image_sizes, [(23, 31)])[0]
        tensors[name + "_back"], tensors[name + "_keypoints_back"] = back["boxes"], back["keypoints"]
    save("Networks/Shared/Goldens/transform", tensors)


def pyramids():
    channels, shapes, tensors = [8, 12, 16], [(13, 17), (7, 9), (4, 5)], {}
    features = OrderedDict((str(i), filled((2, c, *s), 20 + i)) for i, (c, s) in enumerate(zip(channels, shapes)))
    for name, extra, norm in (("plain", None, None), ("pool", LastLevelMaxPool(), None), ("norm", LastLevelMaxPool(), torch.nn.BatchNorm2d),
                              ("p6p7", LastLevelP6P7(16, 8), None), ("p6p7own", LastLevelP6P7(8, 8), None)):
        network = fill_module(FeaturePyramidNetwork(channels, 8, extra_blocks=extra, norm_layer=norm))
        with torch.no_grad():
            for index, level in enumerate(network(features).values()): tensors[f"{name}{index}"] = level
    save("Networks/Shared/Goldens/pyramid", tensors)


def regions():
    size = (512, 640)
    levels = OrderedDict((str(i), filled((1, 2, size[0] >> i + 2, size[1] >> i + 2), 30 + i)) for i in range(4))
    some = torch.cat([boxes(16, 31, 250, 200, 60), boxes(8, 33, 250, 100, 200),
                      torch.tensor([[0.0, 0, 112, 112], [5, 5, 229, 229], [10, 10, 458, 458], [3, 4, 3, 9]])])
    pooled = MultiScaleRoIAlign(["0", "1", "2", "3"], 3, 2)(levels, [some], [size])
    # Both of MobileNetV3's levels are at 1/32.
    same = OrderedDict((str(i), filled((1, 2, 10, 13), 40 + i)) for i in range(2))
    odd = MultiScaleRoIAlign(["0", "1"], 3, 2)(same, [some * 0.5], [(319, 401)])
    sides = torch.cat([torch.arange(1, 900, 7).float(), torch.tensor([112.0, 224, 448, 111.99999, 223.99998, 447.99997, 896])])
    mapped = LevelMapper(2, 5)([torch.stack([sides * 0, sides * 0, sides, sides], 1)])
    save("Networks/RCNN/Goldens/regions", {"boxes": some, "pooled": pooled, "odd": odd, "sides": sides, "mapped": mapped})


def masks():
    grids = filled((8, 28, 28), 60, 0.5, 0.5)
    where = torch.tensor([[3.2, 4.7, 20.1, 30.9], [0, 0, 52.5, 37], [40.3, 20.2, 53, 37], [10.5, 10.5, 10.7, 10.6], [-8, -6.5, 12.3, 9.9],
                          [30, 30, 70, 60.2], [5, 5, 33, 33], [51.9, 36.2, 53, 37]])
    save("Networks/RCNN/Goldens/masks", {"boxes": where, "pasted": roi_heads.paste_masks_in_image(grids[:, None], where, (37, 53))})


def keypoints():
    maps = filled((4, 5, 14, 14), 70, 3.0)
    where = torch.tensor([[3.2, 4.7, 40.1, 60.9], [0, 0, 0.4, 0.3], [12.5, 3.25, 75.5, 20.75], [1, 2, 15, 16]])
    points, scores = roi_heads.heatmaps_to_keypoints(maps, where)
    save("Networks/RCNN/Goldens/keypoints", {"boxes": where, "points": points, "scores": scores})


for part in (anchors, coders, matchers, transforms, pyramids, regions, masks, keypoints): part()
