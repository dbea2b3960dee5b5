"""Writes the manifests of published weights outside torchvision that are listed below, and the label list of CIFAR-10.

Run from the project's root: python Scripts/manifests/others.py
Lengths and hashes of whole files were computed from copies in the publishers' repositories; nobody else is needed here."""
import sys

sys.path.insert(0, "Scripts/manifests")
from writing import write, write_list

COPY = "computed from a copy of the file in the publisher's repository"
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]

# Layers, hash, length, parameters as listed, test error in percent as the README has it.
CIFAR = [
    (20, "12fca82f0bebc4135bf1f32f6e3710e61d5108578464b84fd6d7f5c1b04036c8", 1099231, 8.27),
    (32, "d509ac1820d7f25398913559d7e81a13229b1e7adc5648e3bfa5e22dc137f850", 1890043, 7.37),
    (44, "014dd654", None, 6.90),
    (56, "4bfd97631478d6b638d2764fd2baff3edb1d7d82252d54439343b6596b9b5367", 3471733, 6.61),
    (110, "1d1ed7c2", None, 6.32),
]
REPOSITORY = "https://github.com/akamaster/pytorch_resnet_cifar10"
STYLES = [
    ("candy", "be90a4f8f76fc29de9cc8d3a4f7ce18d5be1ba099a44c3bf49ab397ac4668d51"),
    ("mosaic", "54a89da7a612ec71e5328baf4fd3c0bbb48feff37a8325c774a428cf363e17f1"),
    ("rain-princess", "2484e30dd51851614fc20c12d8b8f9a4a0f135fe98b60f475a8bf253a4b54632"),
    ("udnie", "4fc0840ff5f6dce509987acd5a1b52d39e8f94a57bf08c31b4be3a22feeb600f"),
]


def square(side, **rest):
    return {"size": [side, side], "fit": "shortestSide", "shortestSide": side, "filter": "bilinear", **rest}


def cifar(layers, digits, length, error):
    name = f"resnet{layers}-{digits[:8]}.th"
    known = {"bytes": length, "sha256": digits} if length else {"sha256Prefix": digits}
    return {
        "id": f"resnet{layers}_cifar10", "model": f"cifar_resnet{layers}", "task": "classification", "format": "pytorch",
        "weights": {"name": name, **known, "hashSource": COPY if length else "the digits in the file's name",
                    "urls": [f"{REPOSITORY}/raw/master/pretrained_models/{name}"]},
        "licence": "BSD-2-Clause", "source": REPOSITORY,
        "paper": "He et al. 2015, arXiv 1512.03385; Yerlan Idelbayev's implementation",
        "metrics": [{"name": "top1", "value": round(100 - error, 2), "data": "CIFAR-10 test",
                     "note": f"README: {error:.2f}% test error"}],
        "inputContract": square(32, channels="rgb", scale=1 / 255, mean=MEAN, std=STD), "labels": "cifar10.txt",
        "keyMap": [{"prefix": "module.", "replacement": ""}],
    }


def style(name, digits):
    return {
        "id": "transformer_net_nc16_" + name.replace("-", "_"), "model": "transformer_net_nc16", "task": "style-transfer",
        "format": "pytorch",
        "weights": {"name": f"{name}_nc16.model", "bytes": 1710688, "sha256": digits, "hashSource": COPY, "urls": []},
        "licence": "no licence file; a fork of pytorch/examples (BSD-3-Clause)",
        "source": "https://github.com/gnsmrky/pytorch-fast-neural-style-for-web",
        "paper": "Johnson et al. 2016, arXiv 1603.08155; Ulyanov et al. 2016, arXiv 1607.08022",
        "inputContract": {"fit": "none", "channels": "rgb", "scale": 1, "mean": [0, 0, 0], "std": [1, 1, 1]},
        # Of InstanceNorm2d before PyTorch 0.4, which pytorch/examples drops too.
        "keyMap": [{"suffix": ".running_mean", "drop": True}, {"suffix": ".running_var", "drop": True}],
        "note": "16 base channels, half of the original's. The publisher gives no link to the single file.",
    }


LENET = {
    "id": "lenet_mnist", "model": "lenet_mnist", "task": "classification", "format": "pytorch",
    "weights": {"name": "lenet.pth", "bytes": 180551,
                "sha256": "a3f45c971e9b96c67df4bb74d63ba52df2b9226c40000f7de14a228705e0c2dd", "hashSource": COPY, "urls": []},
    "licence": "MIT", "source": "https://github.com/FYH620/lenet-mnist-openvino",
    "paper": "LeCun et al. 1998, Proceedings of the IEEE 86(11)",
    "inputContract": square(28, channels="gray", scale=1 / 255, mean=[0.1307], std=[0.3081]),
    "labels": [str(digit) for digit in range(10)],
    "note": "The publisher states neither its normalisation nor a metric; without MNIST's usual mean and deviation it fails.",
}

for row in CIFAR:
    write(cifar(*row))
for row in STYLES:
    write(style(*row))
write(LENET)
# The order of CIFAR-10's own batches.meta.
write_list("cifar10.txt", "airplane automobile bird cat deer dog frog horse ship truck".split())
