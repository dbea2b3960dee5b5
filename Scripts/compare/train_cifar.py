"""What PyTorch reaches with the recipe of Pipelines/train-cifar10.yaml: ResNet-20 from nothing on CIFAR-10, fp32.

    python3 Scripts/compare/train_cifar.py cifar10-jpeg.zip --threads 1

Needs torch and torchvision. The data is a zip of folders train/CLASS and test/CLASS. SGD with Nesterov's momentum, one cycle of the rate by steps, crops out
of a black margin of four pixels and mirroring, smoothed labels, no decay of norms and biases.
"""

import argparse
import io
import time
import zipfile

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, c, k, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(c, k, 3, stride, 1, bias=False), nn.BatchNorm2d(k)
        self.conv2, self.bn2 = nn.Conv2d(k, k, 3, 1, 1, bias=False), nn.BatchNorm2d(k)
        self.stride, self.added = stride, (k - c) // 2

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.added:
            x = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.added, self.added))
        return F.relu(y + x)


class ResNet20(nn.Module):
    """He et al. 2015, arXiv 1512.03385, section 4.2, shortcuts of option A."""

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        blocks, channels = [], 16
        for stage in range(3):
            for index in range(3):
                blocks.append(Block(channels, 16 << stage, 2 if stage and not index else 1))
                channels = 16 << stage
        self.blocks, self.linear = nn.Sequential(*blocks), nn.Linear(channels, 10)
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(module.weight)

    def forward(self, x):
        return self.linear(self.blocks(F.relu(self.bn1(self.conv1(x)))).mean((2, 3)))


def read(archive, part):
    """Pictures `[N, 3, 32, 32]` of 0 to 255 and their classes."""
    names = sorted(name for name in archive.namelist() if f"/{part}/" in name and name.endswith(".jpg"))
    classes = sorted({name.split("/")[-2] for name in names})
    pictures = np.stack([np.array(Image.open(io.BytesIO(archive.read(name))).convert("RGB")) for name in names])
    labels = torch.tensor([classes.index(name.split("/")[-2]) for name in names])
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous(), labels


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    with zipfile.ZipFile(arguments.data) as archive:
        (pictures, labels), (unseen, answers) = read(archive, "train"), read(archive, "test")
    mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
    spread = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)

    def fed(pictures):
        return ((pictures / 255 - mean) / spread).to(memory_format=torch.channels_last)

    def augmented(pictures):
        wide = F.pad(pictures, (4, 4, 4, 4))
        rows = torch.randint(0, 9, (len(pictures),)).tolist()
        columns = torch.randint(0, 9, (len(pictures),)).tolist()
        cut = torch.stack([p[:, y : y + 32, x : x + 32] for p, y, x in zip(wide, rows, columns)])
        mirrored = torch.rand(len(cut)) < 0.5
        cut[mirrored] = cut[mirrored].flip(3)
        return cut

    model = ResNet20().to(memory_format=torch.channels_last)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    optimizer = torch.optim.SGD(
        [{"params": decayed, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0}], lr=0.2, momentum=0.9, nesterov=True)
    steps = -(-len(pictures) // arguments.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.2, total_steps=steps * arguments.epochs, pct_start=0.25, cycle_momentum=False)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.05)
    began = time.time()
    for epoch in range(arguments.epochs):
        model.train()
        total = 0.0
        for chosen in torch.randperm(len(pictures)).split(arguments.batch):
            loss = criterion(model(fed(augmented(pictures[chosen]))), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(chosen)
        model.eval()
        with torch.no_grad():
            right = sum((model(fed(p)).argmax(1) == a).sum().item() for p, a in zip(unseen.split(500), answers.split(500)))
        print(
            f"epoch {epoch + 1}: loss {total / len(pictures):.4f}, {100 * right / len(unseen):.2f}% right, "
            f"{(time.time() - began) / 60:.1f} minutes", flush=True)


main()
