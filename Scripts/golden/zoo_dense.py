"""PyTorch references of the segmentation and style networks that torchvision does not have. U-Net as milesial/Pytorch-UNet has it,
U-Net as in its paper (arXiv 1505.04597), FCN over ResNet-18 as "Dive into Deep Learning" builds it (arXiv 2106.11342) with the skips
of FCN-16s and FCN-8s (arXiv 1411.4038), Johnson's style network as PyTorch's fast_neural_style example (arXiv 1603.08155)."""

import torch
import torch.nn.functional as F
import torchvision
from torch import nn


class DoubleConv(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.double_conv = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU())

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(inputs, outputs))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.up = nn.ConvTranspose2d(inputs, inputs // 2, 2, stride=2)
        self.conv = DoubleConv(outputs + inputs // 2, outputs)  # inputs, where widths double

    def forward(self, x, skip):
        x = self.up(x)
        rows, columns = skip.shape[2] - x.shape[2], skip.shape[3] - x.shape[3]
        x = F.pad(x, [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2])
        return self.conv(torch.cat([skip, x], dim=1))


class OutConv(nn.Module):
    def __init__(self, inputs, classes):
        super().__init__()
        self.conv = nn.Conv2d(inputs, classes, 1)

    def forward(self, x):
        return self.conv(x)


class UNet(nn.Module):
    def __init__(self, channels=3, classes=2, widths=(64, 128, 256, 512, 1024)):
        super().__init__()
        self.inc, self.depth = DoubleConv(channels, widths[0]), len(widths) - 1
        for i in range(self.depth):
            setattr(self, f"down{i + 1}", Down(widths[i], widths[i + 1]))
        ascending = widths[::-1]
        for i in range(self.depth):
            setattr(self, f"up{i + 1}", Up(ascending[i], ascending[i + 1]))
        self.outc = OutConv(widths[0], classes)

    def forward(self, x):
        levels = [self.inc(x)]
        for i in range(self.depth):
            levels.append(getattr(self, f"down{i + 1}")(levels[-1]))
        x = levels.pop()
        for i in range(self.depth):
            x = getattr(self, f"up{i + 1}")(x, levels.pop())
        return self.outc(x)


class UNetPaper(nn.Module):
    def __init__(self, channels=1, classes=2):
        super().__init__()

        def convolutions(inputs, outputs):
            return nn.Sequential(nn.Conv2d(inputs, outputs, 3), nn.ReLU(), nn.Conv2d(outputs, outputs, 3), nn.ReLU())

        widths = [64, 128, 256, 512, 1024]
        self.contracting = nn.ModuleList(convolutions(a, b) for a, b in zip([channels] + widths, widths))
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * a, a, 2, stride=2) for a in reversed(widths[:-1]))
        self.expanding = nn.ModuleList(convolutions(2 * a, a) for a in reversed(widths[:-1]))
        self.head = nn.Conv2d(64, classes, 1)

    def forward(self, x):
        levels = []
        for index, block in enumerate(self.contracting):
            x = block(x if index == 0 else F.max_pool2d(x, 2))
            levels.append(x)
        levels.pop()
        for up, block in zip(self.up, self.expanding):
            x, skip = up(x), levels.pop()
            top, left = (skip.shape[2] - x.shape[2]) // 2, (skip.shape[3] - x.shape[3]) // 2
            x = block(torch.cat([skip[:, :, top:top + x.shape[2], left:left + x.shape[3]], x], dim=1))
        return self.head(x)


def bilinear(layer):
    """The book's bilinear_kernel."""
    size = layer.kernel_size[0]
    factor = (size + 1) // 2
    center = factor - 1 if size % 2 == 1 else factor - 0.5
    line = 1 - (torch.arange(size) - center).abs() / factor
    with torch.no_grad():
        layer.weight.zero_()
        for channel in range(layer.in_channels):
            layer.weight[channel, channel] = line[:, None] * line[None, :]
    return layer


class FCN(nn.Sequential):
    """The book's `net`; its `forward` with sizes that 32 does not divide cut to the input's."""

    def __init__(self, skips=0, classes=21):
        super().__init__(*list(torchvision.models.resnet18(weights=None).children())[:-2])

        def enlargement(factor):
            return bilinear(nn.ConvTranspose2d(classes, classes, 2 * factor, stride=factor, padding=factor // 2))

        self.add_module("final_conv", nn.Conv2d(512, classes, 1))
        self.strides = [16, 8][:skips]
        for index, stride in enumerate(self.strides):
            self.add_module(f"score{stride}", nn.Conv2d(256 >> index, classes, 1))
            self.add_module(f"enlarge{stride}", enlargement(2))
        self.add_module("transpose_conv", enlargement(32 >> skips))

    def forward(self, image):
        x, features = image, []
        for name in "01234567":
            x = self._modules[name](x)
            features.append(x)
        x = self.final_conv(features.pop())
        for stride in self.strides:
            skip = features.pop()
            x = self._modules[f"enlarge{stride}"](x)[:, :, :skip.shape[2], :skip.shape[3]]
            x = x + self._modules[f"score{stride}"](skip)
        return self.transpose_conv(x)[:, :, :image.shape[2], :image.shape[3]]


class ConvLayer(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1, upsample=None):
        super().__init__()
        self.upsample = upsample
        self.reflection_pad = nn.ReflectionPad2d(kernel // 2)
        self.conv2d = nn.Conv2d(inputs, outputs, kernel, stride)

    def forward(self, x):
        if self.upsample:
            x = F.interpolate(x, mode="nearest", scale_factor=self.upsample)
        return self.conv2d(self.reflection_pad(x))


class ResidualBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1, self.in1 = ConvLayer(channels, channels, 3), nn.InstanceNorm2d(channels, affine=True)
        self.conv2, self.in2 = ConvLayer(channels, channels, 3), nn.InstanceNorm2d(channels, affine=True)

    def forward(self, x):
        return self.in2(self.conv2(F.relu(self.in1(self.conv1(x))))) + x


class TransformerNet(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.conv1, self.in1 = ConvLayer(3, width, 9), nn.InstanceNorm2d(width, affine=True)
        self.conv2, self.in2 = ConvLayer(width, 2 * width, 3, 2), nn.InstanceNorm2d(2 * width, affine=True)
        self.conv3, self.in3 = ConvLayer(2 * width, 4 * width, 3, 2), nn.InstanceNorm2d(4 * width, affine=True)
        for index in range(1, 6):
            self.add_module(f"res{index}", ResidualBlock(4 * width))
        self.deconv1, self.in4 = ConvLayer(4 * width, 2 * width, 3, upsample=2), nn.InstanceNorm2d(2 * width, affine=True)
        self.deconv2, self.in5 = ConvLayer(2 * width, width, 3, upsample=2), nn.InstanceNorm2d(width, affine=True)
        self.deconv3 = ConvLayer(width, 3, 9)

    def forward(self, x):
        x = F.relu(self.in1(self.conv1(x)))
        x = F.relu(self.in2(self.conv2(x)))
        x = F.relu(self.in3(self.conv3(x)))
        for block in (self.res1, self.res2, self.res3, self.res4, self.res5):
            x = block(x)
        x = F.relu(self.in4(self.deconv1(x)))
        x = F.relu(self.in5(self.deconv2(x)))
        return self.deconv3(x)


BUILDERS = {
    "unet": UNet,
    "unet_small": lambda: UNet(classes=7, widths=(16, 32, 64, 128, 192, 256)),
    "unet_paper": UNetPaper,
    "fcn32s": lambda: FCN(0),
    "fcn16s": lambda: FCN(1),
    "fcn8s": lambda: FCN(2),
    "transformer_net": TransformerNet,
    "transformer_net_nc16": lambda: TransformerNet(16),
}
