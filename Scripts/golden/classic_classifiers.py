#!/usr/bin/env python3
"""Goldens of ModelsTests/Classification/ClassicClassifierTests: what the catalog's entries do not cover, by torchvision with
formula-filled weights. Auxiliary heads with a transformed input, a dilated backbone, VGG's maps, features, the smallest inputs.

Networks have ten classes; of large maps only every 16th channel is kept.
"""
import os
import torch, torchvision
from safetensors.torch import save_file
from torchvision import models
from torchvision.models.resnet import Bottleneck, ResNet
from formula import fill, fill_module

FOLDER = os.path.join(os.path.dirname(__file__), "../../Tests/ModelsTests/Classification/Goldens")
SEED = 13


def main():
    tensors = {}

    def keep(name, module, shape, run):
        fill_module(module)
        with torch.no_grad(): results = run(module, torch.from_numpy(fill(shape, SEED)))
        for index, result in enumerate(results): tensors[f"{name}.{index}"] = result.contiguous()

    def auxiliary(module, x):
        # The flag of the network alone: its heads answer, but dropout and normalisation stay as in evaluation.
        module.training = True
        outputs = module(x)
        return [outputs[0]] + list(reversed(outputs[1:]))  # GoogLeNet gives aux2 before aux1

    def stages(module, x):
        results = []
        x = module.maxpool(module.relu(module.bn1(module.conv1(x))))
        for layer in (module.layer1, module.layer2, module.layer3, module.layer4):
            x = layer(x)
            results.append(x[:, ::16])
        return results

    def maps(module, x):
        results = []
        for index, layer in enumerate(module.features):
            x = layer(x)
            if index in (9, 17, 28): results.append(x[:, ::16])
        return results

    ten = {"num_classes": 10}
    old = {"init_weights": False, "transform_input": True, "aux_logits": True, **ten}
    keep("googlenet", models.googlenet(**old), [2, 3, 65, 70], auxiliary)
    keep("inception_v3", models.inception_v3(**old), [1, 3, 299, 310], auxiliary)
    dilated = ResNet(Bottleneck, [1, 2, 2, 2], replace_stride_with_dilation=[False, True, True], **ten)
    keep("dilated", dilated, [1, 3, 33, 75], stages)
    keep("vgg11_bn", models.vgg11_bn(init_weights=False, **ten), [1, 3, 33, 40], maps)
    keep("squeezenet1_1", models.squeezenet1_1(**ten), [2, 3, 40, 33], lambda m, x: [m.features(x).mean((2, 3))])
    del old["transform_input"]
    for name, build, side in [
            ("googlenet", lambda: models.googlenet(**old), 15), ("inception_v3", lambda: models.inception_v3(**old), 75),
            ("densenet121", lambda: models.densenet121(**ten), 29), ("squeezenet1_0", lambda: models.squeezenet1_0(**ten), 21),
            ("squeezenet1_1", lambda: models.squeezenet1_1(**ten), 17), ("resnet18", lambda: models.resnet18(**ten), 1)]:
        keep(f"{name}_least", build(), [1, 3, side, side + 2], lambda m, x: [m(x)])
    metadata = {"script": "Scripts/golden/classic_classifiers.py", "seed": str(SEED),
                "versions": f"torch {torch.__version__}, torchvision {torchvision.__version__}"}
    save_file(tensors, f"{FOLDER}/classic_classifiers.safetensors", metadata=metadata)
    for name, value in tensors.items(): print(name, list(value.shape), value.abs().max().item(), value.std().item())


if __name__ == "__main__":
    main()
