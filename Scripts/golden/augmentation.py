"""Tests/AugmentationTests/Transforms/Goldens/augmentation.safetensors: torchvision.transforms.v2.functional on bytes filled by formula.

Each case: what is done (one JSON object that the test decodes), the picture, its class map, one mask, the boxes and keypoints after it.
"""
import json
from pathlib import Path

import numpy as np
import torch
import torchvision
import torchvision.transforms.v2.functional as F
from safetensors.numpy import save_file
from torchvision import tv_tensors
from torchvision.transforms.v2 import InterpolationMode, RandAugment

from formula import fill

SEED = 5
W, H = 25, 19
BOXES = [[3.0, 4.0, 20.5, 17.25], [10.0, 0.0, 25.0, 19.0], [18.0, 13.0, 24.0, 18.0]]
POINTS = [[5.0, 6.0], [20.25, 11.5], [22.0, 17.0]]


def picture(width=W, height=H, channels=3, seed=SEED):
    """Smooth, as photos are, with some noise: bytes of a few waves and the formula."""
    y, x = np.mgrid[0:height, 0:width].astype(np.int64)
    noise = np.floor((fill([height, width, channels], seed) + 1) * 24).astype(np.int64)
    out = np.stack([(x * (5 + c) + y * (9 - 3 * c) + 40 * c) % 208 for c in range(channels)], -1) + noise
    return torch.from_numpy(out.astype(np.uint8)).permute(2, 0, 1).contiguous()


def classes(width=W, height=H):
    y, x = np.mgrid[0:height, 0:width]
    return torch.from_numpy(((x // 5 + 2 * (y // 4)) % 7).astype(np.uint8))


def mask(width=W, height=H):
    y, x = np.mgrid[0:height, 0:width]
    return torch.from_numpy((((x - 14) ** 2 + 2 * (y - 12) ** 2) < 120).astype(np.uint8))


def mixing(keep, image, semantic):
    """MixUp (on floats, as torchvision wants it; ours rounds) and CutMix with given shares and rectangles. The second picture is the first flipped."""
    from torchvision.transforms.v2 import CutMix, MixUp
    batch, labels = torch.stack([image, F.vertical_flip(image)]), torch.tensor([1, 3])
    for share in [0.0, 0.3, 0.5, 0.81, 1.0]:
        mix, params = MixUp(num_classes=4), dict(labels=labels, batch_size=2, lam=share)
        # A batch's first picture is mixed with its last.
        keep(dict(op="mix_up", numbers=[share]), dict(values=mix.transform(batch.float(), params)[0].permute(1, 2, 0), shares=mix.transform(labels, params)[0]))
    for x, y, share in [(12, 9, 0.5), (0, 0, 0.2), (24, 18, 0.7), (7, 15, 0.95), (3, 3, 1.0)]:
        cut, half = CutMix(num_classes=4), 0.5 * (1 - share) ** 0.5
        box = (max(x - int(half * W), 0), max(y - int(half * H), 0), min(x + int(half * W), W), min(y + int(half * H), H))
        params = dict(labels=labels, batch_size=2, box=box, lam_adjusted=1 - (box[2] - box[0]) * (box[3] - box[1]) / (W * H))
        maps = torch.stack([semantic, F.vertical_flip(semantic)])[:, None]
        keep(dict(op="cut_mix", numbers=list(box)), dict(image=cut.transform(batch, params)[0].permute(1, 2, 0), shares=cut.transform(labels, params)[0],
                                                         classes=cut.transform(maps, params)[0, 0]))


def several_crops(keep, image):
    for height, width in [(11, 13), (19, 25), (8, 25)]:
        crops = dict(five=F.five_crop(image, [height, width]), ten=F.ten_crop(image, [height, width]),
                     vertical=F.ten_crop(image, [height, width], vertical_flip=True))
        for kind, pictures in crops.items():
            keep(dict(op="crops", mode=kind, numbers=[height, width]), dict(images=torch.stack(pictures).permute(0, 2, 3, 1)))


def drawn_crops(keep):
    """RandomIoUCrop and RandomZoomOut whose random numbers are given: what they make of each draw, or that they refuse it."""
    from unittest import mock

    from torchvision.transforms.v2 import RandomIoUCrop, RandomZoomOut
    boxes = tv_tensors.BoundingBoxes(BOXES, format="XYXY", canvas_size=(H, W))
    draws = (fill([60, 4], SEED + 9) + 1) / 2
    found = 0
    for index, numbers in enumerate(draws.tolist()):
        overlap = [0.0, 0.1, 0.3, 0.5, 0.7][index % 5]
        parts = iter([torch.tensor(numbers[:2]), torch.tensor(numbers[2:])])
        options = iter([torch.tensor([0]), torch.tensor([1])])
        # The second option leaves all as it is: that is how a refused draw shows.
        with mock.patch("torch.rand", lambda *_: next(parts)), mock.patch("torch.randint", lambda **_: next(options)):
            crop = RandomIoUCrop(sampler_options=[overlap, 2.0], trials=1).make_params([tv_tensors.Image(torch.zeros(3, H, W)), boxes])
        place = [crop[key] for key in ("top", "left", "height", "width")] if crop else [0, 0, 0, 0]
        keeps = crop["is_within_crop_area"].to(torch.uint8) if crop else torch.zeros(3, dtype=torch.uint8)
        found += bool(crop)
        keep(dict(op="iou_crop", numbers=[overlap, *numbers, *place]), dict(keeps=keeps))
    assert 10 < found < 50, found
    for numbers in ((fill([8, 3], SEED + 10) + 1) / 2).tolist():
        parts = iter([torch.tensor(numbers[:1]), torch.tensor(numbers[1:])])
        with mock.patch("torch.rand", lambda *_: next(parts)):
            padding = RandomZoomOut(p=1.0).make_params([tv_tensors.Image(torch.zeros(3, H, W))])["padding"]
        keep(dict(op="zoom_out", numbers=[*numbers, *padding]), dict(values=torch.tensor(padding, dtype=torch.float32)))


def main():
    torch.set_num_threads(1)
    cases, tensors = [], {}
    image, rgb_mask, semantic = picture(), mask(), classes()
    gray = picture(channels=1, seed=SEED + 1)

    def keep(case, results):
        key = str(len(cases))
        for name, value in results.items():
            tensors[f"{key}.{name}"] = np.ascontiguousarray(value.numpy() if isinstance(value, torch.Tensor) else value)
        cases.append(dict(case, key=key))

    def geometric(case, function, boxes=True):
        fills = dict(fill=case["fill"]) if "fill" in case else {}
        class_fill = dict(fill=case.get("maskFill", 0)) if "fill" in case else {}
        mask_fill = dict(fill=0) if "fill" in case else {}
        results = dict(
            image=function(tv_tensors.Image(image), **fills).permute(1, 2, 0),
            classes=function(tv_tensors.Mask(semantic), **class_fill), mask=function(tv_tensors.Mask(rgb_mask), **mask_fill))
        if boxes:
            results["boxes"] = function(tv_tensors.BoundingBoxes(BOXES, format="XYXY", canvas_size=(H, W), dtype=torch.float32), **fills)
            results["points"] = function(tv_tensors.KeyPoints(torch.tensor(POINTS), canvas_size=(H, W)), **fills)
        keep(case, {k: v.as_subclass(torch.Tensor) for k, v in results.items()})

    def color(case, function):
        keep(case, dict(image=function(image).permute(1, 2, 0), gray=function(gray).permute(1, 2, 0)))

    for top, left, height, width in [(3, 5, 12, 17), (-4, -3, 14, 17), (10, 20, 24, 20), (-5, 30, 7, 9), (0, 0, 19, 25)]:
        geometric(dict(op="crop", numbers=[top, left, height, width]), lambda x, **k: F.crop(x, top, left, height, width))
    # Even margins: where padding is odd torchvision's boxes part from its picture.
    for height, width in [(12, 20), (13, 20), (21, 29), (11, 29)]:
        geometric(dict(op="center_crop", numbers=[height, width]), lambda x, **k: F.center_crop(x, [height, width]))
    for mode in ["constant", "edge", "reflect", "symmetric"]:
        for widths in [[3, 4, 5, 6], [0, 7, 12, 0]]:
            geometric(dict(op="pad", numbers=widths, mode=mode), lambda x, **k: F.pad(x, widths, padding_mode=mode), boxes=mode == "constant")
    geometric(dict(op="pad", numbers=[3, 4, 5, 6], mode="constant", fill=[10, 200, 31.7], maskFill=255), lambda x, fill=0, **k: F.pad(
        x, [3, 4, 5, 6], fill=fill) if not isinstance(x, (tv_tensors.BoundingBoxes, tv_tensors.KeyPoints)) else F.pad(x, [3, 4, 5, 6]))
    geometric(dict(op="hflip"), lambda x, **k: F.horizontal_flip(x))
    geometric(dict(op="vflip"), lambda x, **k: F.vertical_flip(x))

    for interpolation in ["nearest", "bilinear"]:
        for fills in [{}, dict(fill=[10.0, 200.0, 31.7], maskFill=255), dict(fill=[0.0, 0.0, 0.0])]:
            base = dict(interpolation=interpolation, **fills)
            extra = dict(interpolation=InterpolationMode(interpolation))
            for angle, translate, scale, shear, center in [
                (17.0, [3, -2], 1.2, [5.0, 7.0], None), (-45.0, [0, 0], 0.7, [0.0, 0.0], [10.0, 12.5]), (0.0, [0, 0], 1.0, [16.7, 0.0], [0, 0]),
                (0.0, [-7, 0], 1.0, [0.0, 0.0], None)]:
                geometric(dict(base, op="affine", numbers=[angle, *translate, scale, *shear], center=center), lambda x, **k: F.affine(
                    x, angle, translate, scale, shear, center=center, **extra, **k))
            for angle, expand, center in [(33.0, False, None), (33.0, True, None), (-120.0, False, [5.0, 6.0]), (90.0, False, None),
                                          (90.0, True, None), (180.0, False, None), (270.0, True, None), (450.0, True, None)]:
                geometric(dict(base, op="rotate", numbers=[angle], expand=expand, center=center), lambda x, **k: F.rotate(
                    x, angle, expand=expand, center=center, **extra, **k))
            start, end = [[0, 0], [24, 0], [24, 18], [0, 18]], [[3, 2], [22, 4], [23, 16], [1, 15]]
            geometric(dict(base, op="perspective", numbers=[v for p in end for v in p]), lambda x, **k: F.perspective(x, start, end, **extra, **k))
            shift = torch.from_numpy(fill([1, H, W, 2], SEED + 2, 0.15))
            geometric(dict(base, op="elastic", numbers=[0.15]), lambda x, **k: F.elastic(x, shift, **extra, **k))

    for size, max_size, interpolation, antialias in [
        ([11, 15], None, "bilinear", True), ([31, 29], None, "bilinear", True), ([13], None, "bilinear", True), ([13], 15, "bilinear", True),
        ([11, 15], None, "nearest", True), ([27, 40], None, "nearest", True), ([11, 15], None, "nearest-exact", True),
        ([11, 15], None, "bicubic", True), ([31, 29], None, "bicubic", True), ([11, 15], None, "bilinear", False), ([31, 29], None, "bilinear", False),
        ([11, 15], None, "lanczos", True)]:
        geometric(dict(op="resize", numbers=size, maxSize=max_size, interpolation=interpolation, antialias=antialias), lambda x, **k: F.resize(
            x, size, max_size=max_size, interpolation=interpolation, antialias=antialias) if not isinstance(x, (
                tv_tensors.BoundingBoxes, tv_tensors.KeyPoints, tv_tensors.Mask)) else F.resize(x, size, max_size=max_size))
    geometric(dict(op="resized_crop", numbers=[3, 5, 12, 17, 16, 10]), lambda x, **k: F.resized_crop(x, 3, 5, 12, 17, [16, 10]))

    for factor in [0.0, 0.4, 1.0, 1.37, 3.0]:
        color(dict(op="brightness", numbers=[factor]), lambda x: F.adjust_brightness(x, factor))
        color(dict(op="contrast", numbers=[factor]), lambda x: F.adjust_contrast(x, factor))
        color(dict(op="saturation", numbers=[factor]), lambda x: F.adjust_saturation(x, factor))
        color(dict(op="sharpness", numbers=[factor]), lambda x: F.adjust_sharpness(x, factor))
    for factor in [-0.5, -0.21, 0.0, 0.07, 0.5]:
        color(dict(op="hue", numbers=[factor]), lambda x: F.adjust_hue(x, factor))
    # Every order of the four, in one chain.
    steps = dict(brightness=F.adjust_brightness, contrast=F.adjust_contrast, saturation=F.adjust_saturation, hue=F.adjust_hue)
    for order in [("brightness", "contrast", "saturation", "hue"), ("hue", "saturation", "contrast", "brightness"), ("contrast", "hue", "brightness", "saturation")]:
        factors = [dict(brightness=1.2, contrast=0.7, saturation=1.5, hue=0.1)[name] for name in order]

        def chain(x):
            for name, factor in zip(order, factors):
                x = steps[name](x, factor)
            return x
        color(dict(op="jitter", steps=order, numbers=factors), chain)
    color(dict(op="grayscale3"), lambda x: F.rgb_to_grayscale(x, 3)[:x.shape[0]])
    color(dict(op="grayscale1"), lambda x: F.rgb_to_grayscale(x, 1))
    color(dict(op="invert"), F.invert)
    for bits in [0, 3, 8]:
        color(dict(op="posterize", numbers=[bits]), lambda x: F.posterize(x, bits))
    for threshold in [0.0, 100.0, 100.5, 255.0]:
        color(dict(op="solarize", numbers=[threshold]), lambda x: F.solarize(x, threshold))
    color(dict(op="equalize"), F.equalize)
    color(dict(op="autocontrast"), lambda x: F.autocontrast(x))
    for kernel, sigma in [([3, 3], [0.8, 0.8]), ([5, 9], [1.0, 2.3]), ([17, 17], [4.0, 4.0])]:
        color(dict(op="gaussian_blur", numbers=[*kernel, *sigma]), lambda x: F.gaussian_blur(x, kernel, sigma))
    for quality in [30, 90]:
        color(dict(op="jpeg", numbers=[quality]), lambda x: F.jpeg(x, quality))
    color(dict(op="erase", numbers=[4, 6, 9, 11, 77]), lambda x: F.erase(x, 4, 6, 9, 11, torch.tensor(77.0)))
    color(dict(op="permute", numbers=[2, 0, 1]), lambda x: F.permute_channels(x, [2, 0, 1]) if x.shape[0] == 3 else x)

    policy = RandAugment()
    for name, magnitude in [("ShearX", 0.21), ("ShearY", -0.3), ("TranslateX", 7.9), ("TranslateY", -5.2), ("Rotate", 21.0), ("Brightness", 0.4),
                            ("Color", -0.6), ("Contrast", 0.5), ("Sharpness", 0.9), ("Posterize", 5.0), ("Solarize", 0.43), ("AutoContrast", 0.0),
                            ("Equalize", 0.0), ("Invert", 0.0), ("Identity", 0.0)]:
        color(dict(op="policy", steps=[name[0].lower() + name[1:]], numbers=[magnitude]), lambda x: policy._apply_image_or_video_transform(
            x, name, magnitude, interpolation=InterpolationMode.NEAREST, fill={"others": None}))

    values = F.normalize(F.to_dtype(image, torch.float32, scale=True), [0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    keep(dict(op="normalize"), dict(values=values))
    boxes = torch.tensor([[0, 0, 5, 5], [0, 0, 0.5, 9], [-1, 2, 8, 9], [3, 3, 3, 9], [1, 1, 25, 19], [1, 1, 26, 19], [2, 2, 3.5, 3], [9, 9, 4, 12]],
                         dtype=torch.float32)
    for size, area in [(1.0, 1.0), (2.0, 1.0), (1.0, 26.0)]:
        _, valid = F.sanitize_bounding_boxes(boxes, format="XYXY", canvas_size=(H, W), min_size=size, min_area=area)
        keep(dict(op="sanitize", numbers=[size, area]), dict(boxes=boxes, valid=valid.to(torch.uint8)))
    spaces = {}
    from torchvision.transforms.v2 import AugMix, AutoAugment, TrivialAugmentWide
    for kind, space, bins in [("randAugment", RandAugment._AUGMENTATION_SPACE, 31), ("trivialAugment", TrivialAugmentWide._AUGMENTATION_SPACE, 31),
                              ("autoAugment", AutoAugment._AUGMENTATION_SPACE, 10), ("augMix", AugMix._AUGMENTATION_SPACE, 10)]:
        for name, (function, signed) in space.items():
            values = function(bins, H, W)
            if values is not None:
                keep(dict(op="space", steps=[kind, name[0].lower() + name[1:]], expand=signed, numbers=[bins]), dict(values=values.to(torch.float32)))

    mixing(keep, image, semantic)
    several_crops(keep, image)
    drawn_crops(keep)

    out = Path(__file__).parents[2] / "Tests/AugmentationTests/Transforms/Goldens/augmentation.safetensors"
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, out, metadata=dict(
        script="Scripts/golden/augmentation.py", versions=f"torchvision {torchvision.__version__}, torch {torch.__version__}, numpy {np.__version__}",
        seed=str(SEED), cases=json.dumps(cases)))
    print(out.stat().st_size, "bytes,", len(cases), "cases")


if __name__ == "__main__":
    main()
