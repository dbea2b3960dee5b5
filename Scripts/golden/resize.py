"""Tests/ImagingTests/Resize/Goldens/resize.safetensors: Pillow's and OpenCV's resizes of byte images filled by formula."""
import json
from pathlib import Path

import cv2
import numpy as np
import PIL
from PIL import Image
from safetensors.numpy import save_file

from formula import fill

SEED = 2
FORMATS = {"gray": 1, "rgb": 3, "rgba": 4}
FILTERS = {name: getattr(Image.Resampling, name.upper()) for name in ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]}
# Down, up, one axis only, sides of one pixel, extreme ratios, halves, thirds, wide rows (for whole vectors), and heights that
# shrink by more than, and by exactly, twice the pixels that widths do: there Pillow 13 changes the order of its passes.
SIZES = [
    (97, 64, 1, 301), (97, 64, 41, 29), (40, 30, 67, 43), (64, 48, 32, 24), (63, 49, 21, 7), (1, 1, 5, 7), (1, 37, 9, 3),
    (37, 1, 3, 9), (50, 20, 50, 33), (50, 20, 31, 20), (300, 5, 2, 2), (7, 9, 150, 11), (129, 27, 65, 14), (33, 13, 66, 39),
    (20, 61, 17, 51), (30, 60, 25, 50), (30, 60, 25, 49), (21, 36, 34, 34), (9, 70, 40, 6),
]


def image(width, height, channels, seed):
    """Bytes floor((value + 1) * 128) of the formula, alpha included."""
    return np.floor((fill([height, width, channels], seed) + 1) * 128).astype(np.uint8)


def main():
    cases, tensors = [], {}
    generator = np.random.default_rng(SEED)
    for index, (w, h, width, height) in enumerate(SIZES):
        for format, channels in FORMATS.items():
            source = image(w, h, channels, SEED + index)
            results = {}
            for name, method in FILTERS.items():
                # All filters for RGB, a drawn one or two for the others.
                if format != "rgb" and generator.random() > 0.4:
                    continue
                picture = Image.fromarray(source.squeeze(-1) if channels == 1 else source)
                results[name] = np.asarray(picture.resize((width, height), method))
            results["opencv-bilinear"] = cv2.resize(source, (width, height), interpolation=cv2.INTER_LINEAR)
            for name, result in results.items():
                key = f"{len(cases)}"
                tensors[key] = np.ascontiguousarray(result).reshape(-1)
                cases.append(dict(key=key, format=format, filter=name, source=[w, h], target=[width, height], seed=SEED + index))

    out = Path(__file__).parents[2] / "Tests/ImagingTests/Resize/Goldens/resize.safetensors"
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, out, metadata=dict(
        script="Scripts/golden/resize.py", versions=f"Pillow {PIL.__version__}, opencv {cv2.__version__}, numpy {np.__version__}",
        seed=str(SEED), cases=json.dumps(cases)))
    print(out.stat().st_size, "bytes,", len(cases), "cases")


if __name__ == "__main__":
    main()
