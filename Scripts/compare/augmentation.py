"""Our augmentation kernels against torchvision.transforms.v2.functional on uint8 tensors: one thread each, taking turns in one run.

Usage: python Scripts/compare/augmentation.py [WIDTHxHEIGHT]. Needs clang, torch, torchvision and numpy; builds the kernels into a folder of
its own. Prints microseconds (the least of the runs) and how many times faster ours are.
"""
import ctypes as c
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
import torchvision.transforms.v2.functional as F

KERNELS = Path(__file__).parents[2] / "Sources/CKernels"


# The loops over rows, which are Swift's in the program: calls from Python would cost more than the rows.
ROWS = r"""
#include "vk_augmentation.h"
void flip(vk_isa isa, const uint8_t *in, uint8_t *out, size_t width, size_t height) {
  for (size_t y = 0; y < height; y++) vk_mirror(isa, in + y * width * 3, out + y * width * 3, width, 3);
}
void sharpen(vk_isa isa, const uint8_t *in, uint8_t *out, size_t width, size_t height) {
  const size_t s = width * 3;
  for (size_t y = 1; y + 1 < height; y++) vk_sharpen(isa, in + (y - 1) * s, in + y * s, in + (y + 1) * s, out + y * s, width, 3, -0.5f);
}
void rotate(vk_isa isa, const uint8_t *in, uint8_t *out, size_t width, size_t height, int bilinear) {
  float w = width, h = height, xs[width], ys[width];
  vk_warp plan = {VK_WARP_AFFINE, {1.91f / w, -0.58f / w, 0, 0.58f / h, 1.91f / h, 0}, width, height, width, height};
  for (size_t y = 0; y < height; y++) {
    vk_warp_row(isa, &plan, y, 0, xs, ys);
    (bilinear ? (void (*)())vk_warp_bilinear : (void (*)())vk_warp_nearest)(
        isa, in, (int32_t)width, (int32_t)height, (int32_t)3, xs, ys, width, (void *)0, out + y * width * 3);
  }
}
"""


class Step(c.Structure):
    _fields_ = [("kind", c.c_int), ("factor", c.c_float), ("rest", c.c_float), ("mean", c.c_float)]


def build(folder):
    library = Path(folder) / "kernels.so"
    driver = Path(folder) / "rows.c"
    driver.write_text(ROWS)
    sources = [str(driver)] + [str(p) for p in (KERNELS / "Augmentation").glob("*.c")] + [str(KERNELS / "vk_isa.c")]
    subprocess.run(["clang", "-O2", "-DNDEBUG", "-std=gnu11", "-Wno-deprecated-non-prototype", "-shared", "-fPIC", f"-I{KERNELS}/include", f"-I{KERNELS}", *sources, "-lm", "-o", str(library)], check=True)
    return c.CDLL(str(library))


def main():
    width, height = (int(v) for v in (sys.argv[1] if len(sys.argv) > 1 else "500x375").split("x"))
    torch.set_num_threads(1)
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3)).astype(np.uint8)
    image = torch.from_numpy(pixels).permute(2, 0, 1).contiguous()
    out, size = np.zeros_like(pixels), c.c_size_t
    p = lambda array: array.ctypes.data_as(c.c_void_p)
    count = pixels.size
    with tempfile.TemporaryDirectory() as folder:
        lib = build(folder)
        isa = lib.vk_isa_detect()

        def chain(*kinds):
            steps = (Step * len(kinds))(*[Step(kind, factor, 1 - factor, 120.0) for kind, factor in kinds])

            def run():
                if any(kind == 1 for kind, _ in kinds):
                    lib.vk_color_chain(isa, p(pixels), None, size(width * height), size(3), None, size(0), c.byref(c.c_uint64(0)))
                lib.vk_color_chain(isa, p(pixels), p(out), size(width * height), size(3), steps, size(len(kinds)), None)
            return run

        def rows(function, *more):
            return lambda: function(isa, p(pixels), p(out), size(width), size(height), *more)

        contestants = {
            "brightness": (chain((0, 1.3)), lambda: F.adjust_brightness(image, 1.3)),
            "contrast": (chain((1, 1.3)), lambda: F.adjust_contrast(image, 1.3)),
            "saturation": (chain((2, 1.3)), lambda: F.adjust_saturation(image, 1.3)),
            "hue": (chain((3, 0.2)), lambda: F.adjust_hue(image, 0.2)),
            "jitter of all four": (chain((0, 1.3), (1, 0.7), (2, 1.4), (3, 0.2)), lambda: F.adjust_hue(F.adjust_saturation(F.adjust_contrast(
                F.adjust_brightness(image, 1.3), 0.7), 1.4), 0.2)),
            "grayscale": (chain((4, 0)), lambda: F.rgb_to_grayscale(image, 3)),
            "invert": (lambda: lib.vk_bits(isa, p(pixels), p(out), size(count), 255, 255), lambda: F.invert(image)),
            "posterize": (lambda: lib.vk_bits(isa, p(pixels), p(out), size(count), 0, 0xF0), lambda: F.posterize(image, 4)),
            "solarize": (lambda: lib.vk_solarize(isa, p(pixels), p(out), size(count), 100), lambda: F.solarize(image, 100)),
            "horizontal flip": (rows(lib.flip), lambda: F.horizontal_flip(image)),
            "sharpness": (rows(lib.sharpen), lambda: F.adjust_sharpness(image, 1.5)),
            "noise": (lambda: lib.vk_noise(isa, p(pixels), p(out), size(count), c.c_uint64(1), c.c_uint64(0), c.c_float(0), c.c_float(25.5), True),
                      lambda: F.gaussian_noise(image)),
            "rotation, nearest": (rows(lib.rotate, 0), lambda: F.rotate(image, 17.0)),
            "rotation, bilinear": (rows(lib.rotate, 1), lambda: F.rotate(image, 17.0, interpolation="bilinear")),
        }
        print(f"{width}x{height}, tier {isa}, microseconds\n{'':22}{'ours':>9}{'torchvision':>13}{'ratio':>8}")
        for name, pair in contestants.items():
            best = [float("inf")] * 2
            for _ in range(25):
                for side, function in enumerate(pair):
                    begin = time.perf_counter()
                    function()
                    best[side] = min(best[side], time.perf_counter() - begin)
            print(f"{name:22}{best[0] * 1e6:9.0f}{best[1] * 1e6:13.0f}{best[1] / best[0]:8.1f}")


if __name__ == "__main__":
    main()
