"""Every transform against torchvision.transforms.v2 on uint8 tensors: one thread each, taking turns, on the same pictures.

Ours is timed inside the program by `vision datasets benchmark --steps`, draws included; torchvision's are calls of the v2 classes with
the same parameters (crops are made contiguous, since theirs are views). Prints microseconds a picture (the mean of each picture's least of
several runs) and how many times as fast ours are.

Usage: python Scripts/compare/augmentation.py FOLDER_OF_IMAGES [--vision .build/release/vision] [--only TEXT]. The folder holds a folder
of JPEGs. Needs torch, torchvision.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from torchvision import tv_tensors
from torchvision.io import ImageReadMode, decode_jpeg, read_file
from torchvision.transforms import InterpolationMode, v2

BILINEAR = InterpolationMode.BILINEAR
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def contiguous(transform):
    return lambda image: transform(image).contiguous()


def transforms():
    """Name -> (step of a recipe, v2's counterpart)."""
    j = lambda **k: {"color_jitter": k}
    always = {"p": 1}
    return {
        "brightness": (j(brightness=[1.3, 1.3]), v2.ColorJitter(brightness=(1.3, 1.3))),
        "contrast": (j(contrast=[1.3, 1.3]), v2.ColorJitter(contrast=(1.3, 1.3))),
        "saturation": (j(saturation=[1.3, 1.3]), v2.ColorJitter(saturation=(1.3, 1.3))),
        "hue": (j(hue=[0.2, 0.2]), v2.ColorJitter(hue=(0.2, 0.2))),
        "jitter of all four": (j(brightness=0.4, contrast=0.4, saturation=0.4, hue=0.1), v2.ColorJitter(0.4, 0.4, 0.4, 0.1)),
        "photometric distort": ({"random_photometric_distort": always}, v2.RandomPhotometricDistort(p=1.0)),
        "channel permutation": ("random_channel_permutation", v2.RandomChannelPermutation()),
        "grayscale, 1 channel": ({"grayscale": {"num_output_channels": 1}}, v2.Grayscale(1)),
        "grayscale, 3 channels": ({"random_grayscale": always}, v2.RandomGrayscale(p=1)),
        "invert": ({"random_invert": always}, v2.RandomInvert(p=1)),
        "posterize": ({"random_posterize": {"bits": 4, "p": 1}}, v2.RandomPosterize(4, p=1)),
        "solarize": ({"random_solarize": {"threshold": 100, "p": 1}}, v2.RandomSolarize(100, p=1)),
        "sharpness": ({"random_adjust_sharpness": {"sharpness_factor": 1.5, "p": 1}}, v2.RandomAdjustSharpness(1.5, p=1)),
        "autocontrast": ({"random_autocontrast": always}, v2.RandomAutocontrast(p=1)),
        "equalize": ({"random_equalize": always}, v2.RandomEqualize(p=1)),
        "gaussian blur 5": ({"gaussian_blur": {"kernel_size": 5, "sigma": 1.2}}, v2.GaussianBlur(5, sigma=1.2)),
        "gaussian blur 23": ({"gaussian_blur": {"kernel_size": 23, "sigma": 5}}, v2.GaussianBlur(23, sigma=5.0)),
        "gaussian noise": ("gaussian_noise", v2.GaussianNoise()),
        "JPEG, quality 75": ({"jpeg": {"quality": 75}}, v2.JPEG(75)),
        "erase": ({"random_erasing": {"p": 1, "scale": [0.2, 0.2], "ratio": [1, 1]}}, v2.RandomErasing(p=1, scale=(0.2, 0.2), ratio=(1, 1))),
        "erase, three values": ({"random_erasing": {"p": 1, "scale": [0.2, 0.2], "ratio": [1, 1], "value": [1, 2, 3]}},
                                v2.RandomErasing(p=1, scale=(0.2, 0.2), ratio=(1, 1), value=[1, 2, 3])),
        "erase, random": ({"random_erasing": {"p": 1, "scale": [0.2, 0.2], "ratio": [1, 1], "value": "random"}},
                          v2.RandomErasing(p=1, scale=(0.2, 0.2), ratio=(1, 1), value="random")),
        "normalize (floats)": ({"normalize": {"mean": MEAN, "std": DEVIATION}},
                               v2.Compose([v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, DEVIATION)])),
        "horizontal flip": ({"random_horizontal_flip": always}, v2.RandomHorizontalFlip(p=1)),
        "vertical flip": ({"random_vertical_flip": always}, v2.RandomVerticalFlip(p=1)),
        "center crop 224": ({"center_crop": {"size": 224}}, contiguous(v2.CenterCrop(224))),
        "random crop 224": ({"random_crop": {"size": 224}}, contiguous(v2.RandomCrop(224))),
        "pad 16, constant": ({"pad": {"padding": 16, "fill": 114}}, v2.Pad(16, fill=114)),
        "pad 16, edge": ({"pad": {"padding": 16, "padding_mode": "edge"}}, v2.Pad(16, padding_mode="edge")),
        "pad 16, reflect": ({"pad": {"padding": 16, "padding_mode": "reflect"}}, v2.Pad(16, padding_mode="reflect")),
        "pad 16, symmetric": ({"pad": {"padding": 16, "padding_mode": "symmetric"}}, v2.Pad(16, padding_mode="symmetric")),
        "zoom-out": ({"random_zoom_out": {"p": 1, "side_range": [2, 2]}}, v2.RandomZoomOut(p=1, side_range=(2, 2))),
        "resize 256, bilinear": ({"resize": {"size": 256}}, v2.Resize(256, antialias=True)),
        "resize 256, bicubic": ({"resize": {"size": 256, "interpolation": "bicubic"}}, v2.Resize(256, interpolation=InterpolationMode.BICUBIC, antialias=True)),
        "resize 256, nearest": ({"resize": {"size": 256, "interpolation": "nearest"}}, v2.Resize(256, interpolation=InterpolationMode.NEAREST)),
        "resize to 800, bilinear": ({"resize": {"size": 800}}, v2.Resize(800, antialias=True)),
        "random resized crop": ({"random_resized_crop": {"size": 224}}, v2.RandomResizedCrop(224, antialias=True)),
        "scale jitter": ({"scale_jitter": {"target_size": [500, 500], "scale_range": [1.5, 1.5]}}, v2.ScaleJitter((500, 500), scale_range=(1.5, 1.5))),
        "rotation, nearest": ({"random_rotation": {"degrees": [17, 17]}}, v2.RandomRotation((17, 17))),
        "rotation, bilinear": ({"random_rotation": {"degrees": [17, 17], "interpolation": "bilinear"}}, v2.RandomRotation((17, 17), interpolation=BILINEAR)),
        "affine, bilinear": ({"random_affine": {"degrees": [17, 17], "scale": [1.2, 1.2], "shear": [5, 5], "interpolation": "bilinear"}},
                             v2.RandomAffine((17, 17), scale=(1.2, 1.2), shear=(5, 5), interpolation=BILINEAR)),
        "perspective, bilinear": ({"random_perspective": {"p": 1}}, v2.RandomPerspective(p=1)),
        "perspective, nearest": ({"random_perspective": {"p": 1, "interpolation": "nearest"}}, v2.RandomPerspective(p=1, interpolation=InterpolationMode.NEAREST)),
        "elastic": ("elastic_transform", v2.ElasticTransform()),
        "RandAugment": ("rand_augment", v2.RandAugment()),
        "TrivialAugmentWide": ("trivial_augment_wide", v2.TrivialAugmentWide()),
        "AutoAugment": ("auto_augment", v2.AutoAugment()),
        "AugMix": ("aug_mix", v2.AugMix()),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--vision", default=".build/release/vision")
    parser.add_argument("--only", default="")
    a = parser.parse_args()
    torch.set_num_threads(1)
    files = sorted(str(p) for p in Path(a.folder).rglob("*.jpg"))[:32]
    images = [tv_tensors.Image(decode_jpeg(read_file(f), mode=ImageReadMode.RGB)) for f in files]
    if not images: sys.exit("no pictures")

    def theirs(transform):
        total = 0.0
        for image in images:
            least = float("inf")
            for _ in range(6):
                begin = time.perf_counter()
                transform(image)
                least = min(least, time.perf_counter() - begin)
            total += least
        return total / len(images) * 1e6

    print(f"{len(images)} pictures of {images[0].shape[2]}x{images[0].shape[1]}, microseconds\n{'':26}{'ours':>9}{'torchvision':>13}{'ratio':>8}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recipe.json"
        for name, (step, transform) in transforms().items():
            if a.only not in name: continue
            path.write_text(json.dumps([step]))

            def ours():
                command = [a.vision, "datasets", "benchmark", a.folder, "--recipe", str(path), "--steps", "--threads", "1", "--json", "--quiet"]
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode: sys.exit(f"{name}: {done.stderr}")
                times = {s["step"]: s["microseconds"] for s in json.loads(done.stdout)["steps"]}
                kind = step if isinstance(step, str) else next(iter(step))
                return times[kind] + (times["batch"] if kind == "normalize" else 0)

            best = [min(ours(), ours()), min(theirs(transform), theirs(transform))]
            mark = "" if best[0] <= best[1] else "  SLOWER"
            print(f"{name:26}{best[0]:9.0f}{best[1]:13.0f}{best[1] / best[0]:8.1f}{mark}", flush=True)


if __name__ == "__main__":
    main()
