"""References of the classifiers that torchvision does not have, in PyTorch: key -> builder of a module with random weights."""
import torch.nn.functional as F
from torch import nn


class LeNet(nn.Module):
    """LeNet-5 with ReLU and max pooling, the names of github.com/FYH620/lenet-mnist-openvino."""

    def __init__(self, padding):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=padding), nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400 if padding else 256, 120)
        self.fc2, self.fc3 = nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
        return self.fc3(x)


def lenet_d2l():
    """Dive into Deep Learning, chapter 7.6."""
    return nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5, padding=2), nn.Sigmoid(), nn.AvgPool2d(kernel_size=2, stride=2),
        nn.Conv2d(6, 16, kernel_size=5), nn.Sigmoid(), nn.AvgPool2d(kernel_size=2, stride=2), nn.Flatten(),
        nn.Linear(16 * 5 * 5, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10))


def nin():
    """Dive into Deep Learning, chapter 8.3, for three channels."""

    def block(c, k, size, stride, padding):
        return nn.Sequential(
            nn.Conv2d(c, k, size, stride, padding), nn.ReLU(), nn.Conv2d(k, k, 1), nn.ReLU(), nn.Conv2d(k, k, 1), nn.ReLU())

    return nn.Sequential(
        block(3, 96, 11, 4, 0), nn.MaxPool2d(3, stride=2), block(96, 256, 5, 1, 2), nn.MaxPool2d(3, stride=2),
        block(256, 384, 3, 1, 1), nn.MaxPool2d(3, stride=2), nn.Dropout(0.5), block(384, 10, 3, 1, 1),
        nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten())


class CIFARBlock(nn.Module):
    def __init__(self, c, k, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(c, k, 3, stride, 1, bias=False), nn.BatchNorm2d(k)
        self.conv2, self.bn2 = nn.Conv2d(k, k, 3, 1, 1, bias=False), nn.BatchNorm2d(k)
        self.stride, self.added = stride, k - c

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.added:
            side = y.shape[1] // 4  # planes // 4, as its author has it
            x = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, side, side))
        return F.relu(y + x)


class CIFARResNet(nn.Module):
    """ResNet for CIFAR-10 with shortcuts of option A, the names of github.com/akamaster/pytorch_resnet_cifar10. (There the
    last pooling is for square images; here it takes the means of any.)"""

    def __init__(self, layers):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16)
        c = 16
        for stage, k in enumerate((16, 32, 64)):
            blocks = []
            for index in range((layers - 2) // 6):
                blocks.append(CIFARBlock(c, k, 2 if stage and not index else 1))
                c = k
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return self.linear(self.layer3(self.layer2(self.layer1(x))).mean((2, 3)))


def mnist_mlp():
    """The perceptron of the dfdx examples: nested pairs of a linear layer and ReLU."""

    def pair(c, k):
        return nn.Sequential(nn.Linear(c, k), nn.ReLU())

    layers = nn.Sequential(pair(784, 512), pair(512, 128), pair(128, 32), nn.Linear(32, 10))
    layers.register_forward_pre_hook(lambda _, inputs: (inputs[0].flatten(1),))
    return layers


BUILDERS = {
    "lenet": lambda: LeNet(2),
    "lenet_mnist": lambda: LeNet(0),
    "lenet_d2l": lenet_d2l,
    "nin": nin,
    "mnist_mlp": mnist_mlp,
    **{f"cifar_resnet{n}": (lambda n=n: CIFARResNet(n)) for n in (20, 32, 44, 56, 110)},
}
