#!/usr/bin/env python3
"""Our loader against torch's DataLoader with torchvision.transforms.v2, taking turns in one run.

Every contestant goes through a folder of 500x375 JPEGs: decode, random resized crop to 224, horizontal flip, colour jitter (0.4, 0.4,
0.4, 0.1), normalise, batches of 32 as float32. Ours is `vision datasets benchmark`; torch's has as many worker processes as ours has
threads, kept alive between epochs, and three ways to decode: Pillow with transforms on Pillow images, Pillow with transforms on uint8
tensors, torchvision's own decoder with transforms on uint8 tensors. Images a second, median of the rounds, each round the better of
two epochs.

Usage: python Benchmarks/loader.py [--data FOLDER_OF_JPEGS | --photos FOLDER_TO_CUT_THEM_FROM] [--threads 2] [--rounds 5] [--json FILE]
Needs torch, torchvision, Pillow."""
import argparse, json, random, statistics, subprocess, sys, tempfile, time
from pathlib import Path

import torch
from PIL import Image
from torchvision.io import ImageReadMode, decode_jpeg, read_file
from torchvision.transforms import v2

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
RECIPE = [
    {"random_resized_crop": {"size": 224}}, "random_horizontal_flip",
    {"color_jitter": {"brightness": 0.4, "contrast": 0.4, "saturation": 0.4, "hue": 0.1}},
    {"normalize": {"mean": MEAN, "std": DEVIATION}}]


def cut(photos, folder, count=300):
    """Parts of photos as 500x375 JPEGs."""
    draw = random.Random(1)
    sources = [Image.open(p).convert("RGB") for p in sorted(Path(photos).iterdir()) if p.suffix.lower() in (".jpg", ".jpeg", ".png")]
    (folder / "all").mkdir(parents=True)
    for i in range(count):
        source = sources[i % len(sources)]
        width = min(source.width, source.height * 4 / 3) * draw.uniform(0.6, 1)
        x, y = draw.uniform(0, source.width - width), draw.uniform(0, source.height - width * 0.75)
        part = source.crop((int(x), int(y), int(x + width), int(y + width * 0.75)))
        part.resize((500, 375), Image.LANCZOS).save(folder / "all" / f"{i:04}.jpg", quality=90)


class Pictures(torch.utils.data.Dataset):
    def __init__(self, files, way):
        steps = [v2.RandomResizedCrop(224, antialias=True), v2.RandomHorizontalFlip(), v2.ColorJitter(0.4, 0.4, 0.4, 0.1)]
        to_float = [v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, DEVIATION)]
        self.files, self.way = files, way
        self.transform = v2.Compose(([] if way == "pillow" else [v2.ToImage()]) + steps + ([v2.ToImage()] if way == "pillow" else []) + to_float)

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        if self.way == "torchvision":
            return self.transform(decode_jpeg(read_file(self.files[index]), mode=ImageReadMode.RGB))
        return self.transform(Image.open(self.files[index]).convert("RGB"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vision", default=".build/release/vision")
    parser.add_argument("--data")
    parser.add_argument("--photos")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json")
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        recipe = Path(temporary) / "recipe.json"
        recipe.write_text(json.dumps(RECIPE))
        data = Path(a.data) if a.data else Path(temporary) / "pictures"
        if not a.data:
            if not a.photos: sys.exit("give --data or --photos")
            cut(a.photos, data)
        files = sorted(str(p) for p in data.rglob("*.jpg"))

        def ours(*more):
            command = [a.vision, "datasets", "benchmark", str(data), "--recipe", str(recipe), "--batch", str(a.batch), "--epochs", "2",
                       "--threads", str(a.threads), "--json", "--quiet", *more]
            return lambda: json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["images_per_second"]

        def theirs(way):
            loader = torch.utils.data.DataLoader(Pictures(files, way), batch_size=a.batch, shuffle=True, num_workers=a.threads, persistent_workers=True)

            def epoch():
                start = time.perf_counter()
                count = sum(len(batch) for batch in loader)
                return count / (time.perf_counter() - start)
            return lambda: max(epoch(), epoch())

        contestants = {"ours": ours(), "ours, DCT scaling": ours("--smallest-side", "224")}
        contestants |= {f"torch, {way}": theirs(key) for way, key in (
            ("Pillow images", "pillow"), ("Pillow, uint8 tensors", "tensor"), ("torchvision decode, uint8 tensors", "torchvision"))}
        speeds = {name: [] for name in contestants}
        for turn in range(a.rounds + 1):
            for name, run in contestants.items():
                speed = run()
                if turn: speeds[name].append(speed)
        result = {name: statistics.median(values) for name, values in speeds.items()}
        print(f"{len(files)} pictures, {a.threads} threads or workers, batches of {a.batch}, {a.rounds} rounds")
        for name, speed in result.items():
            print(f"{name:42}{speed:8.0f} images/s   ours is {result['ours'] / speed:5.2f} times that")
        if a.json: Path(a.json).write_text(json.dumps({"files": len(files), "threads": a.threads, "batch": a.batch, "speeds": speeds}, indent=1))


if __name__ == "__main__":
    main()
