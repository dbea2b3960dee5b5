#!/usr/bin/env python3
"""Goldens of ModelsTests/Classification: what the catalog's entries do not cover, by torchvision with formula-filled weights.

Backbones (MobileNetV3 dilated, and cut as SSDLite has it), MobileNetV2 of another width, and small transformers at odd sizes.
"""
import json, os
import torch, torchvision
from safetensors.torch import save_file
from torchvision.models import mobilenet_v2, mobilenet_v3_large, mobilenet_v3_small
from torchvision.models.detection.ssdlite import _mobilenet_extractor
from torchvision.models.swin_transformer import PatchMergingV2, SwinTransformer, SwinTransformerBlockV2
from torchvision.models.vision_transformer import VisionTransformer
from formula import fill, fill_module

FOLDER = os.path.join(os.path.dirname(__file__), "../../Tests/ModelsTests/Classification/Goldens")
SEED = 11


def keys(module):
    return {k: list(v.shape) for k, v in module.state_dict().items()}


def swin(second, window):
    extra = {"block": SwinTransformerBlockV2, "downsample_layer": PatchMergingV2} if second else {}
    return SwinTransformer([4, 4], 12, [2, 2], [2, 4], [window, window], num_classes=10, **extra)


def main():
    tensors, listed = {}, {}

    def run(name, module, shape, *features):
        fill_module(module)
        known = name.startswith("swin") and not name.endswith("odd")
        listed[name] = {"shape": shape, "keys": {} if known else keys(module)}
        x = torch.from_numpy(fill(shape, SEED))
        with torch.no_grad():
            if not features:
                y = module(x)
                for i, value in enumerate(y.values() if isinstance(y, dict) else [y]): tensors[f"{name}.{i}"] = value
            for index in range(max(features, default=-1) + 1):
                x = module[index](x)
                if index in features: tensors[f"{name}.{index}"] = x

    run("mobilenet_v3_small_dilated", mobilenet_v3_small(dilated=True).features, [1, 3, 33, 40], 0, 4, 9, 12)
    ssdlite = _mobilenet_extractor(mobilenet_v3_large(reduced_tail=True), 0, lambda c: torch.nn.BatchNorm2d(c, eps=0.001))
    listed["ssdlite"] = {"shape": [1, 3, 33, 40], "keys": {k: v for k, v in keys(ssdlite).items() if k.startswith("features.")}}
    fill_module(ssdlite)
    with torch.no_grad():
        first = ssdlite.features[0](torch.from_numpy(fill([1, 3, 33, 40], SEED)))
        tensors["ssdlite.0"], tensors["ssdlite.1"] = first, ssdlite.features[1](first)
    run("mobilenet_v2_width", mobilenet_v2(width_mult=0.35, num_classes=10), [2, 3, 40, 33])
    run("vit_small", VisionTransformer(48, 16, 2, 3, 48, 96, num_classes=10), [2, 3, 48, 48])
    for second, window in [(False, 7), (True, 8)]:
        module = swin(second, window)
        name = "swin_v2" if second else "swin"
        attention = module.features[1][0].attn
        tensors[f"{name}.index"] = attention.relative_position_index.int().clone()
        if second: tensors[f"{name}.coordinates"] = attention.relative_coords_table.clone()
        # 6 x 25 patches: no shift down the short side. 15 x 9: shifts both ways, and odd sizes to merge.
        run(f"{name}_wide", module, [2, 3, 24, 100])
        run(f"{name}_odd", module, [1, 3, 61, 38])
        run(f"{name}_least", module, [1, 3, 4, 5])
    metadata = {"script": "Scripts/golden/classifiers.py", "seed": str(SEED), "cases": json.dumps([]), "networks": json.dumps(listed),
                "versions": f"torch {torch.__version__}, torchvision {torchvision.__version__}"}
    save_file({k: v.contiguous() for k, v in tensors.items()}, f"{FOLDER}/classifiers.safetensors", metadata=metadata)


if __name__ == "__main__":
    main()
