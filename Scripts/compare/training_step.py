"""The time of a training step beside PyTorch's, by turns in one run: forward and backward pass, no optimiser.

    python3 Scripts/compare/training_step.py yolox_nano ssd300_vgg16 maskrcnn_resnet50_fpn unet

Needs torch and torchvision; for yolox_nano also the official code (PyPI's yolox 0.3.0) in PYTHONPATH. PyTorch runs eagerly, in
the better of its two layouts, with `--precision bf16` under autocast. Prints medians, minima and their ratios; with `--memory` instead what each
takes at most, both in processes of their own, PyTorch in the leaner of its layouts.
"""

import argparse
import re
import statistics
import subprocess
import sys
import time

# The official code's package is called as a script beside this one.
sys.path.pop(0)

import torch
import torchvision

CASES = {
    "yolox_nano": (8, 416),
    "ssd300_vgg16": (4, 300),
    "maskrcnn_resnet50_fpn": (1, 480),
    "unet": (2, 256),
    "resnet18": (8, 224),
    "resnet18_32": (32, 224),
    "resnet18_frozen": (8, 224),
    "lenet": (256, 28),
}
# What ours is called, and what else it is told, where that is not the case's name alone.
OURS = {"resnet18_32": ["resnet18"], "resnet18_frozen": ["resnet18", "--frozen"]}


def boxes(picture, side, classes):
    """Boxes of a sixth to a half of the sides, as `vision benchmark --train` has them."""
    rows, labels = [], []
    for index in range(8):
        size = round(side / (2 + (index + picture) % 5))
        x = round((side - size) * index / 8)
        y = round((side - size) * ((index * 3) % 8) / 8)
        rows.append([x, y, x + size, y + size])
        labels.append((index * 7 + picture) % classes)
    return torch.tensor(rows, dtype=torch.float32), torch.tensor(labels)


def torchvision_detector(name, batch, side):
    model = getattr(torchvision.models.detection, name)(weights=None, weights_backbone=None, num_classes=91)
    # The pictures as they are: no resizing within.
    model.transform.min_size, model.transform.max_size = (side,), side
    pictures = [torch.rand(3, side, side) for _ in range(batch)]
    targets = []
    for picture in range(batch):
        rows, labels = boxes(picture, side, 80)
        target = {"boxes": rows, "labels": labels + 1}
        if name.startswith("mask"):
            masks = torch.zeros(len(rows), side, side, dtype=torch.uint8)
            for mask, (x1, y1, x2, y2) in zip(masks, rows.int().tolist()):
                mask[y1:y2, x1:x2] = 1
            target["masks"] = masks
        targets.append(target)
    return model, lambda: sum(model(pictures, targets).values())


def yolox(batch, side):
    from yolox.exp import get_exp

    exp = get_exp(None, "yolox-nano")
    model = exp.get_model()
    model.head.use_l1 = False
    pictures = torch.rand(batch, 3, side, side)
    targets = torch.zeros(batch, 50, 5)
    for picture in range(batch):
        rows, labels = boxes(picture, side, 80)
        targets[picture, :8, 0] = labels
        targets[picture, :8, 1:3] = (rows[:, :2] + rows[:, 2:]) / 2
        targets[picture, :8, 3:] = rows[:, 2:] - rows[:, :2]
    return model, lambda: model(pictures, targets)["total_loss"]


class DoubleConv(torch.nn.Sequential):
    def __init__(self, inputs, outputs):
        layers = []
        for channels in (inputs, outputs):
            layers += [torch.nn.Conv2d(channels, outputs, 3, padding=1, bias=False), torch.nn.BatchNorm2d(outputs),
                       torch.nn.ReLU(inplace=True)]
        super().__init__(*layers)


class UNet(torch.nn.Module):
    """Ronneberger et al. 2015 with padding and batch norm, 64 channels to 1,024, transposed convolutions."""

    def __init__(self, classes=2):
        super().__init__()
        widths = [64, 128, 256, 512, 1024]
        self.inc = DoubleConv(3, 64)
        self.down = torch.nn.ModuleList(DoubleConv(a, b) for a, b in zip(widths, widths[1:]))
        self.lift = torch.nn.ModuleList(torch.nn.ConvTranspose2d(2 * a, a, 2, 2) for a in widths[-2::-1])
        self.up = torch.nn.ModuleList(DoubleConv(2 * a, a) for a in widths[-2::-1])
        self.outc = torch.nn.Conv2d(64, classes, 1)

    def forward(self, x):
        kept = [self.inc(x)]
        for down in self.down:
            kept.append(down(torch.nn.functional.max_pool2d(kept[-1], 2)))
        x = kept.pop()
        for lift, up in zip(self.lift, self.up):
            x = up(torch.cat([kept.pop(), lift(x)], 1))
        return self.outc(x)


def classes(model, batch, side, labels):
    pictures = torch.rand(batch, 3, side, side)
    return model, lambda: torch.nn.functional.cross_entropy(model(pictures), labels)


def lenet(batch, side):
    """LeCun et al. 1998 as d2l has it: sigmoids and average pooling."""
    n = torch.nn
    model = n.Sequential(
        n.Conv2d(1, 6, 5, padding=2), n.Sigmoid(), n.AvgPool2d(2), n.Conv2d(6, 16, 5), n.Sigmoid(), n.AvgPool2d(2),
        n.Flatten(), n.Linear(400, 120), n.Sigmoid(), n.Linear(120, 84), n.Sigmoid(), n.Linear(84, 10))
    pictures, labels = torch.rand(batch, 1, side, side), torch.randint(0, 10, (batch,))
    return model, lambda: torch.nn.functional.cross_entropy(model(pictures), labels)


def make(name, batch, side):
    if name == "yolox_nano":
        return yolox(batch, side)
    if name == "unet":
        return classes(UNet(), batch, side, torch.randint(0, 2, (batch, side, side)))
    if name == "lenet":
        return lenet(batch, side)
    if name == "resnet18_frozen":
        model, loss = classes(torchvision.models.resnet18(), batch, side, torch.randint(0, 1000, (batch,)))
        for key, parameter in model.named_parameters():
            parameter.requires_grad_(key.startswith("fc."))
        # What is frozen predicts.
        model.eval()
        model.train = lambda mode=True: model
        return model, loss
    if name.startswith("resnet18"):
        return classes(torchvision.models.resnet18(), batch, side, torch.randint(0, 1000, (batch,)))
    return torchvision_detector(name, batch, side)


def step(model, loss):
    begin = time.perf_counter()
    model.zero_grad()
    with torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bf16"):
        value = loss()
    value.backward()
    return time.perf_counter() - begin


parser = argparse.ArgumentParser()
parser.add_argument("--vision", default=".build/release/vision")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--rounds", type=int, default=5)
parser.add_argument("--seconds", type=float, default=3, help="of a turn of ours; PyTorch has as many steps in its own")
parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
parser.add_argument("--memory", action="store_true", help="peak resident memory of five steps")
parser.add_argument("--alone", choices=["contiguous_format", "channels_last"], help=argparse.SUPPRESS)
parser.add_argument("models", nargs="*", default=list(CASES))
options = parser.parse_args()
torch.set_num_threads(options.threads)



def alone(name):
    """Five steps of PyTorch, and what this process took at most."""
    model, loss = make(name, *CASES[name])
    model.to(memory_format=getattr(torch, options.alone)).train()
    for _ in range(5):
        step(model, loss)
    # What getrusage says includes the process that started this one.
    with open("/proc/self/status") as status:
        print(re.search(r"VmHWM:\s*(\d+)", status.read())[1])


def memory(name, command):
    mine = subprocess.run(command + ["--runs", "5"], capture_output=True, text=True, check=True).stdout
    mine = float(re.search(r"peak memory ([0-9.]+) MB", mine)[1])
    theirs = min(
        int(subprocess.run(
            [sys.executable, __file__, name, "--alone", layout, "--precision", options.precision, "--threads",
             str(options.threads)], capture_output=True, text=True, check=True).stdout) * 1024 / 1e6
        for layout in ("contiguous_format", "channels_last"))
    print(f"{name}, {options.precision}: ours {mine:.0f} MB, PyTorch {theirs:.0f}", flush=True)


for name in options.models:
    batch, side = CASES[name]
    if options.alone:
        alone(name)
        continue
    command = [
        options.vision, "benchmark", *OURS.get(name, [name]), "--train", "--precision", options.precision, "--batch",
        str(batch), "--input-size", f"{side}x{side}", "--threads", str(options.threads)]
    if options.memory:
        memory(name, command)
        continue
    ours = subprocess.Popen(
        command + ["--interactive"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if "READY" not in ours.stdout.readline():
        sys.exit(f"{name}: ours does not start")
    layouts = {}
    for layout in (torch.contiguous_format, torch.channels_last):
        torch.manual_seed(0)
        model, loss = make(name, batch, side)
        model.to(memory_format=layout).train()
        step(model, loss)
        layouts[layout] = (model, loss, step(model, loss))
    model, loss, _ = min(layouts.values(), key=lambda entry: entry[2])
    mine, theirs = [], []
    for _ in range(options.rounds):
        ours.stdin.write(f"RUN {options.seconds}\n")
        ours.stdin.flush()
        times = [float(value) for value in ours.stdout.readline().split()[1:]]
        mine += times
        begin = time.perf_counter()
        while time.perf_counter() - begin < sum(times):
            theirs.append(step(model, loss))
    ours.stdin.write("QUIT\n")
    ours.stdin.close()
    ratio = statistics.median(theirs) / statistics.median(mine)
    print(f"{name} batch {batch} at {side}, {options.precision}: ours {1e3 * statistics.median(mine):.0f} ms (least {1e3 * min(mine):.0f}, "
          f"{len(mine)} steps), PyTorch {1e3 * statistics.median(theirs):.0f} (least {1e3 * min(theirs):.0f}, "
          f"{len(theirs)}): {ratio:.2f} times as fast, by the least {min(theirs) / min(mine):.2f}", flush=True)
