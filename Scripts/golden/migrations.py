"""Writes Tests/CheckpointsTests/Manifests/Goldens/migrations.json: keys of files older than today's `state_dict()`, and what
torchvision itself makes of them when it loads them.

Run from the project's root, with a Python that has torchvision 0.29: python Scripts/golden/migrations.py
Old names are made from new ones by what the networks of those days were (the inverse is written here by hand); every entry
holds its own number, is loaded by torchvision's own hooks, and is found again by that number. The key map of every manifest
with one is checked against the whole list here; the tests have a part of it."""
import functools
import importlib.util
import json
import pathlib
import re

import torch
from torchvision.models import densenet, get_model_weights
from torchvision.ops import FrozenBatchNorm2d

spec = importlib.util.spec_from_file_location("manifests", "Scripts/manifests/torchvision.py")
manifests = importlib.util.module_from_spec(spec)
spec.loader.exec_module(manifests)


# The manifests whose keys the tests have: each kind of migration, and files that have nothing old but the pyramid.
SHOWN = {"densenet121_imagenet1k_v1", "vit_b_16_imagenet1k_v1", "fasterrcnn_resnet50_fpn_coco_v1", "fcos_resnet50_fpn_coco_v1",
         "fasterrcnn_mobilenet_v3_large_320_fpn_coco_v1", "maskrcnn_resnet50_fpn_coco_v1", "retinanet_resnet50_fpn_coco_v1",
         "retinanet_resnet50_fpn_v2_coco_v1"}


def old_name(key):
    key = re.sub(r"(denselayer\d+\.(?:norm|conv))([12])\.", r"\1.\2.", key)
    if "encoder_layer_" in key:
        key = key.replace(".mlp.0.", ".mlp.linear_1.").replace(".mlp.3.", ".mlp.linear_2.")
    key = re.sub(r"((?:inner|layer)_blocks\.\d+)\.0\.(weight|bias)$", r"\1.\2", key)
    key = re.sub(r"^rpn\.head\.conv\.0\.0\.", "rpn.head.conv.", key)
    key = re.sub(r"(ion_head\.conv)\.(\d)\.0\.", lambda m: f"{m[1]}.{2 * int(m[2])}.", key)
    return re.sub(r"mask_head\.(\d)\.0\.", lambda m: f"mask_head.mask_fcn{int(m[1]) + 1}.", key)


def load(network, file):
    """What torchvision makes of a file: its keys, each with ours or None."""
    names = list(file)
    marked = {name: torch.tensor(float(i)).expand(shape) for i, (name, shape) in enumerate(file.items())}
    if isinstance(network, densenet.DenseNet):

        class Published:
            def get_state_dict(self, **_):
                return dict(marked)

        network.load_state_dict = functools.partial(network.load_state_dict, assign=True)
        densenet._load_state_dict(network, Published(), False)
    else:
        network.load_state_dict(dict(marked), assign=True)
    # Counters that the file has not are still without values.
    found = {int(value.flatten()[0]): key for key, value in network.state_dict().items()
             if value.device.type != "meta" and value.dtype == torch.float32}
    return {name: found.get(i) for i, name in enumerate(names)}


def mapped(rules, key):
    for rule in rules:
        if "exact" in rule and key == rule["exact"]:
            new = rule.get("replacement")
        elif "prefix" in rule and key.startswith(rule["prefix"]):
            new = rule["replacement"] + key[len(rule["prefix"]):]
        elif "infix" in rule and rule["infix"] in key:
            new = key.replace(rule["infix"], rule["replacement"], 1)
        elif "suffix" in rule and key.endswith(rule["suffix"]):
            new = None
        else:
            continue
        if new is None:
            return None
        key = new
    return key


def is_shown(old, new):
    """The part of the keys that the tests have: all that move, of repeated blocks only the first."""
    if re.search(r"denseblock[2-9]|denselayer([3-9]|\d\d)|encoder_layer_([1-9]|\d\d)", old):
        return False
    return "body" not in old or bool(re.match(r"backbone\.body\.(bn1|conv1|0)\.", old))


golden = {}
for name, _ in manifests.names():
    for weights in get_model_weights(name):
        id = f"{name}_{weights.name}".lower()
        rules = json.loads(pathlib.Path(f"Weights/{id}.json").read_text()).get("keyMap")
        network = manifests.build(name, weights)
        shapes = {key: value.shape for key, value in network.state_dict().items()}
        if isinstance(network, densenet.DenseNet):  # older than the counters
            shapes = {key: shape for key, shape in shapes.items() if not key.endswith("num_batches_tracked")}
        file = {old_name(key): shape for key, shape in shapes.items()}
        for path, module in network.named_modules():
            if isinstance(module, FrozenBatchNorm2d):  # as saved from a backbone in training
                file[path + ".num_batches_tracked"] = torch.Size([])
        assert rules or list(file) == list(shapes), id
        if not rules:
            continue
        pairs = load(network, file)
        assert {new for new in pairs.values() if new} == set(shapes), id
        for old, new in pairs.items():
            assert mapped(rules, old) == new, (id, old, mapped(rules, old), new)
        assert all(mapped(rules, key) == key for key in shapes), id
        print(id, len(pairs), "keys,", sum(old != new for old, new in pairs.items()), "of them old")
        if id in SHOWN:
            golden[id] = [[old, new] for old, new in pairs.items() if is_shown(old, new)]
lines = [f'  "{id}": [\n' + ",\n".join("    " + json.dumps(pair) for pair in pairs) + "\n  ]" for id, pairs in golden.items()]
path = pathlib.Path("Tests/CheckpointsTests/Manifests/Goldens/migrations.json")
path.parent.mkdir(exist_ok=True)
path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
