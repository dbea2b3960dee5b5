"""Tests/ImagingTests/Contract/Goldens/contract.safetensors: prepared inputs by torchvision, by OpenCV as YOLOX prepares them, and by
darknet's formulas in NumPy. Sources are byte images filled by formula."""
import json
from pathlib import Path

import cv2
import numpy as np
import PIL
import torchvision
from PIL import Image
from safetensors.numpy import save_file
from torchvision import transforms as v1
from torchvision.transforms import InterpolationMode

from resize import image

SEED = 3
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def torchvision_input(source, shortest, crop, method, longest=None):
    picture = Image.fromarray(source.squeeze(-1) if source.shape[2] == 1 else source).convert("RGB")
    steps = [v1.Resize(shortest, interpolation=method, max_size=longest)] + ([v1.CenterCrop(crop)] if crop else [])
    # Bytes are divided by 255, as in torchvision's weights' presets; transforms.v2 multiplies by a rounded 1/255.
    return np.ascontiguousarray(v1.Compose(steps + [v1.ToTensor(), v1.Normalize(MEAN, STD)])(picture).numpy())


def yolox_input(source, size):
    """yolox/data/data_augment.py, preproc: OpenCV's BGR in, so the channels are swapped first."""
    bgr = source[..., ::-1]
    width, height = size
    padded = np.ones((height, width, 3), dtype=np.uint8) * 114
    ratio = min(height / bgr.shape[0], width / bgr.shape[1])
    small = cv2.resize(np.ascontiguousarray(bgr), (int(bgr.shape[1] * ratio), int(bgr.shape[0] * ratio)), interpolation=cv2.INTER_LINEAR)
    padded[: small.shape[0], : small.shape[1]] = small
    return np.ascontiguousarray(padded.transpose(2, 0, 1), dtype=np.float32)


def darknet_input(source, size):
    """darknet's letterbox_image after load_image: positions in float32 as there, samples in float64, so compare to a few ulps."""
    width, height = size
    h, w = source.shape[:2]
    if width / w < height / h:
        new_w, new_h = width, h * width // w
    else:
        new_w, new_h = w * height // h, height

    def axis(old, new):
        position = np.arange(new, dtype=np.float32) * (np.float32(old - 1) / np.float32(new - 1))
        left = np.minimum(position.astype(int), old - 1)
        left[-1] = old - 1
        fraction = np.where(left == old - 1, np.float32(0), position - left.astype(np.float32)).astype(np.float64)
        return left, np.minimum(left + 1, old - 1), fraction

    values = source.astype(np.float64) / 255
    a, b, f = axis(w, new_w)
    values = values[:, a] * (1 - f)[None, :, None] + values[:, b] * f[None, :, None]
    a, b, f = axis(h, new_h)
    values = values[a] * (1 - f)[:, None, None] + values[b] * f[:, None, None]
    canvas = np.full((height, width, 3), 0.5)
    top, left = (height - new_h) // 2, (width - new_w) // 2
    canvas[top : top + new_h, left : left + new_w] = values
    return np.ascontiguousarray(canvas.transpose(2, 0, 1)).astype(np.float32)


cases, tensors = [], {}


def add(kind, source_size, planes, result, **contract):
    key = str(len(cases))
    tensors[key] = result
    cases.append(dict(key=key, kind=kind, source=source_size, channels=planes, seed=SEED + int(key), contract=contract))


def source(size, channels=3):
    return image(*size, channels, SEED + len(cases))


imagenet = dict(channels="rgb", scale=1 / 255, mean=MEAN, std=STD)
for size, channels, shortest, crop in [((50, 37), 3, 32, 28), ((37, 50), 3, 24, 24), ((20, 61), 3, 17, 10), ((30, 30), 3, 20, 26), ((40, 25), 1, 16, 21)]:
    for name, method in [("bilinear", InterpolationMode.BILINEAR), ("bicubic", InterpolationMode.BICUBIC)]:
        add("torchvision", size, channels, torchvision_input(source(size, channels), shortest, crop, method),
            fit="shortestSide", shortestSide=shortest, size=[crop, crop], filter=name, **imagenet)
add("torchvision", (60, 21), 3, torchvision_input(source((60, 21)), 20, None, InterpolationMode.BILINEAR, longest=33),
    fit="shortestSide", shortestSide=20, longestSide=33, filter="bilinear", **imagenet)
for size, target in [((50, 37), (32, 32)), ((37, 50), (32, 48)), ((13, 9), (40, 24)), ((64, 64), (32, 32)), ((49, 10), (21, 34)), ((32, 16), (32, 32))]:
    add("yolox", size, 3, yolox_input(source(size), target), size=list(target), fit="letterbox", anchor="topLeft", padding=114,
        filter="opencv-bilinear", channels="bgr", scale=1, mean=[0, 0, 0], std=[1, 1, 1])
for size, target in [((50, 37), (32, 32)), ((37, 50), (32, 48)), ((13, 9), (40, 24)), ((64, 64), (32, 32)), ((23, 40), (35, 34))]:
    add("darknet", size, 3, darknet_input(source(size), target), size=list(target), fit="letterbox", anchor="center", padding=127.5,
        filter="darknet-bilinear", channels="rgb", scale=1 / 255, mean=[0, 0, 0], std=[1, 1, 1])

out = Path(__file__).parents[2] / "Tests/ImagingTests/Contract/Goldens/contract.safetensors"
out.parent.mkdir(parents=True, exist_ok=True)
save_file(tensors, out, metadata=dict(
    script="Scripts/golden/contract.py", seed=str(SEED), cases=json.dumps(cases),
    versions=f"torchvision {torchvision.__version__}, Pillow {PIL.__version__}, opencv {cv2.__version__}, numpy {np.__version__}"))
print(out.stat().st_size, "bytes,", len(cases), "cases")
