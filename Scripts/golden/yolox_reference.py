"""YOLOX in PyTorch with the official modules' names (Ge et al. 2021), for goldens: its keys are the published checkpoints'."""
import torch
from torch import nn


class Conv(nn.Module):
    def __init__(self, c, k, size, stride=1, groups=1):
        super().__init__()
        self.conv = nn.Conv2d(c, k, size, stride, (size - 1) // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(k, eps=1e-3)

    def forward(self, x):
        return nn.functional.silu(self.bn(self.conv(x)))


class DepthwiseConv(nn.Module):
    def __init__(self, c, k, size, stride=1):
        super().__init__()
        self.dconv = Conv(c, c, size, stride, groups=c)
        self.pconv = Conv(c, k, 1)

    def forward(self, x):
        return self.pconv(self.dconv(x))


class Focus(nn.Module):
    def __init__(self, c, k):
        super().__init__()
        self.conv = Conv(4 * c, k, 3)

    def forward(self, x):
        return self.conv(torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]], 1))


class Bottleneck(nn.Module):
    def __init__(self, c, shortcut, spatial):
        super().__init__()
        self.conv1, self.conv2, self.shortcut = Conv(c, c, 1), spatial(c, c, 3), shortcut

    def forward(self, x):
        y = self.conv2(self.conv1(x))
        return y + x if self.shortcut else y


class CSP(nn.Module):
    def __init__(self, c, k, n, spatial, shortcut=True):
        super().__init__()
        h = int(k * 0.5)
        self.conv1, self.conv2, self.conv3 = Conv(c, h, 1), Conv(c, h, 1), Conv(2 * h, k, 1)
        self.m = nn.Sequential(*[Bottleneck(h, shortcut, spatial) for _ in range(n)])

    def forward(self, x):
        return self.conv3(torch.cat([self.m(self.conv1(x)), self.conv2(x)], 1))


class SPP(nn.Module):
    def __init__(self, c, k):
        super().__init__()
        self.conv1, self.conv2 = Conv(c, c // 2, 1), Conv(c // 2 * 4, k, 1)

    def forward(self, x):
        x = self.conv1(x)
        return self.conv2(torch.cat([x] + [nn.functional.max_pool2d(x, k, 1, k // 2) for k in (5, 9, 13)], 1))


class Darknet(nn.Module):
    def __init__(self, depth, width, spatial):
        super().__init__()
        c, n = int(width * 64), max(round(depth * 3), 1)
        self.stem = Focus(3, c)
        self.dark2 = nn.Sequential(spatial(c, 2 * c, 3, 2), CSP(2 * c, 2 * c, n, spatial))
        self.dark3 = nn.Sequential(spatial(2 * c, 4 * c, 3, 2), CSP(4 * c, 4 * c, 3 * n, spatial))
        self.dark4 = nn.Sequential(spatial(4 * c, 8 * c, 3, 2), CSP(8 * c, 8 * c, 3 * n, spatial))
        self.dark5 = nn.Sequential(
            spatial(8 * c, 16 * c, 3, 2), SPP(16 * c, 16 * c), CSP(16 * c, 16 * c, n, spatial, shortcut=False))

    def forward(self, x):
        x3 = self.dark3(self.dark2(self.stem(x)))
        x4 = self.dark4(x3)
        return x3, x4, self.dark5(x4)


class Pyramid(nn.Module):
    def __init__(self, depth, width, spatial):
        super().__init__()
        c3, c4, c5, n = int(256 * width), int(512 * width), int(1024 * width), round(3 * depth)
        self.backbone = Darknet(depth, width, spatial)
        self.lateral_conv0, self.C3_p4 = Conv(c5, c4, 1), CSP(2 * c4, c4, n, spatial, False)
        self.reduce_conv1, self.C3_p3 = Conv(c4, c3, 1), CSP(2 * c3, c3, n, spatial, False)
        self.bu_conv2, self.C3_n3 = spatial(c3, c3, 3, 2), CSP(2 * c3, c4, n, spatial, False)
        self.bu_conv1, self.C3_n4 = spatial(c4, c4, 3, 2), CSP(2 * c4, c5, n, spatial, False)

    def forward(self, x):
        up = lambda y: nn.functional.interpolate(y, scale_factor=2, mode="nearest")
        x3, x4, x5 = self.backbone(x)
        f0 = self.lateral_conv0(x5)
        p4 = self.C3_p4(torch.cat([up(f0), x4], 1))
        f1 = self.reduce_conv1(p4)
        o3 = self.C3_p3(torch.cat([up(f1), x3], 1))
        o4 = self.C3_n3(torch.cat([self.bu_conv2(o3), f1], 1))
        o5 = self.C3_n4(torch.cat([self.bu_conv1(o4), f0], 1))
        return o3, o4, o5


class Head(nn.Module):
    def __init__(self, classes, width, spatial):
        super().__init__()
        h = int(256 * width)
        tower = lambda: nn.Sequential(spatial(h, h, 3), spatial(h, h, 3))
        each = lambda make: nn.ModuleList([make(c) for c in (256, 512, 1024)])
        self.stems = each(lambda c: Conv(int(c * width), h, 1))
        self.cls_convs, self.reg_convs = each(lambda c: tower()), each(lambda c: tower())
        self.cls_preds = each(lambda c: nn.Conv2d(h, classes, 1))
        self.reg_preds, self.obj_preds = each(lambda c: nn.Conv2d(h, 4, 1)), each(lambda c: nn.Conv2d(h, 1, 1))

    def forward(self, maps):
        rows = []
        for i, (x, stride) in enumerate(zip(maps, (8, 16, 32))):
            x = self.stems[i](x)
            cls, reg = self.cls_preds[i](self.cls_convs[i](x)).sigmoid(), self.reg_convs[i](x)
            box, obj = self.reg_preds[i](reg), self.obj_preds[i](reg).sigmoid()
            y, x = torch.meshgrid(torch.arange(box.shape[2]), torch.arange(box.shape[3]), indexing="ij")
            centre = (box[:, :2] + torch.stack([x, y]).float()) * stride
            rows.append(torch.cat([centre, box[:, 2:].exp() * stride, obj, cls], 1).flatten(2))
        return torch.cat(rows, 2).permute(0, 2, 1)


class YOLOX(nn.Module):
    SIZES = {"nano": (0.33, 0.25), "tiny": (0.33, 0.375), "s": (0.33, 0.5), "m": (0.67, 0.75), "l": (1, 1), "x": (1.33, 1.25)}

    def __init__(self, size, classes=80):
        super().__init__()
        depth, width = self.SIZES[size]
        spatial = DepthwiseConv if size == "nano" else Conv
        self.backbone, self.head = Pyramid(depth, width, spatial), Head(classes, width, spatial)

    def forward(self, x):
        return self.head(self.backbone(x))
