"""Writes a manifest for every public weight of torchvision for the catalog's models, and its label lists.

Run from the project's root, with a Python that has torchvision: python Scripts/manifests/torchvision.py [--check]
Everything comes from the installed package: what its `Weights` state, and what its builders make of a network when they are
given those weights (their files are not fetched). Only the papers' authors stand here; their arXiv ids are looked for in the
package's own documentation. `--check` compares the contracts of `Weights/` with the package's transforms and writes nothing."""
import json
import math
import re
import sys

sys.path.pop(0)  # this folder, in which `torchvision` would be this very script
import torch
import torchvision
from torchvision.models import detection, get_model_builder, get_model_weights, list_models
from torchvision.models.densenet import _DenseBlock
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads
from torchvision.models.detection.rpn import RPNHead
from torchvision.models.vision_transformer import MLPBlock
from torchvision.ops import FeaturePyramidNetwork, FrozenBatchNorm2d

sys.path.insert(0, "Scripts/manifests")
from writing import WEIGHTS, write, write_list

# The beginning of a model's name, its paper. The first that fits.
PAPERS = [
    ("alexnet", "Krizhevsky 2014, arXiv 1404.5997"),
    ("vgg", "Simonyan and Zisserman 2014, arXiv 1409.1556"),
    ("googlenet", "Szegedy et al. 2014, arXiv 1409.4842"),
    ("inception_v3", "Szegedy et al. 2015, arXiv 1512.00567"),
    ("resnet", "He et al. 2015, arXiv 1512.03385"),
    ("resnext", "Xie et al. 2016, arXiv 1611.05431"),
    ("wide_resnet", "Zagoruyko and Komodakis 2016, arXiv 1605.07146"),
    ("densenet", "Huang et al. 2016, arXiv 1608.06993"),
    ("squeezenet", "Iandola et al. 2016, arXiv 1602.07360"),
    ("mobilenet_v2", "Sandler et al. 2018, arXiv 1801.04381"),
    ("mobilenet_v3", "Howard et al. 2019, arXiv 1905.02244"),
    ("shufflenet_v2", "Ma et al. 2018, arXiv 1807.11164"),
    ("efficientnet_v2", "Tan and Le 2021, arXiv 2104.00298"),
    ("efficientnet", "Tan and Le 2019, arXiv 1905.11946"),
    ("convnext", "Liu et al. 2022, arXiv 2201.03545"),
    ("vit_", "Dosovitskiy et al. 2020, arXiv 2010.11929"),
    ("swin_v2", "Liu et al. 2021, arXiv 2111.09883"),
    ("swin_", "Liu et al. 2021, arXiv 2103.14030"),
    ("fasterrcnn_resnet50_fpn_v2", "Li et al. 2021, arXiv 2111.11429"),
    ("fasterrcnn", "Ren et al. 2015, arXiv 1506.01497"),
    ("maskrcnn_resnet50_fpn_v2", "Li et al. 2021, arXiv 2111.11429"),
    ("maskrcnn", "He et al. 2017, arXiv 1703.06870"),
    ("keypointrcnn", "He et al. 2017, arXiv 1703.06870"),
    ("retinanet_resnet50_fpn_v2", "Zhang et al. 2019, arXiv 1912.02424"),
    ("retinanet", "Lin et al. 2017, arXiv 1708.02002"),
    ("fcos", "Tian et al. 2019, arXiv 1904.01355"),
    ("ssdlite", "Howard et al. 2019, arXiv 1905.02244"),
    ("ssd", "Liu et al. 2015, arXiv 1512.02325"),
    ("fcn", "Long et al. 2014, arXiv 1411.4038"),
    ("deeplabv3", "Chen et al. 2017, arXiv 1706.05587"),
    ("lraspp", "Howard et al. 2019, arXiv 1905.02244"),
]
SWAG = "; Singh et al. 2022, arXiv 2201.08371"
# Models of torchvision that the catalog has not.
LEFT_OUT = ("maxvit", "mnasnet", "regnet", "vit_h_14")
METRICS = {
    "acc@1": "top1", "acc@5": "top5", "box_map": "AP", "mask_map": "mask AP", "kp_map": "keypoint AP", "miou": "mIoU",
    "pixel_acc": "pixel accuracy",
}
DATA = {
    "ImageNet-1K": "ImageNet-1K", "COCO-val2017": "COCO val2017",
    "COCO-val2017-VOC-labels": "COCO val2017, Pascal VOC's labels",
}
LISTS = {"imagenet1k.txt": "_IMAGENET_CATEGORIES", "coco91.txt": "_COCO_CATEGORIES", "voc21.txt": "_VOC_CATEGORIES",
         "coco_person.txt": "_COCO_PERSON_CATEGORIES"}
LABELS = {name: list(getattr(torchvision.models._meta, attribute)) for name, attribute in LISTS.items()}


def names():
    """The catalog's names of torchvision's, each with its task."""
    for module, task in ((torchvision.models, "classification"), (detection, "detection"),
                         (torchvision.models.segmentation, "segmentation")):
        for name in list_models(module=module):
            if not name.startswith(LEFT_OUT):
                yield name, task


def build(name, weights):
    """The network as torchvision builds it for these weights, without their values."""
    kept = torch.nn.Module.load_state_dict
    kind = type(weights)
    torch.nn.Module.load_state_dict = lambda self, *a, **k: None
    kind.get_state_dict = lambda self, *a, **k: {}
    try:
        with torch.device("meta"):
            return get_model_builder(name)(weights=weights, progress=False).eval()
    finally:
        torch.nn.Module.load_state_dict = kept
        del kind.get_state_dict


def options(network):
    """What the weights force on the network."""
    found = {}
    if getattr(network, "transform_input", False):
        found["transformsInput"] = True
    if any(isinstance(m, FrozenBatchNorm2d) and m.eps == 0 for m in network.modules()):
        found["normEpsilon"] = 0
    if getattr(network, "image_size", 224) != 224:
        found["imageSize"] = network.image_size
    return found or None


def key_map(network):
    """torchvision's migrations of older files: every `_load_from_state_dict`, and densenet's pattern."""
    rules = []

    def exact(old, new):
        rules.extend({"exact": f"{old}.{part}", "replacement": f"{new}.{part}"} for part in ("weight", "bias"))

    modules = list(network.named_modules())
    if any(isinstance(m, _DenseBlock) for _, m in modules):
        for layer in ("norm", "conv"):
            rules += [{"infix": f".{layer}.{i}.", "replacement": f".{layer}{i}."} for i in (1, 2)]
    if any(isinstance(m, MLPBlock) for _, m in modules):
        rules += [{"infix": f".mlp.linear_{i + 1}.", "replacement": f".mlp.{3 * i}."} for i in (0, 1)]
    if any(isinstance(m, FrozenBatchNorm2d) for _, m in modules):
        rules.append({"suffix": ".num_batches_tracked", "drop": True})
    for path, m in modules:
        if isinstance(m, FeaturePyramidNetwork):
            for block in ("inner_blocks", "layer_blocks"):
                for i in range(len(m.inner_blocks)):
                    exact(f"{path}.{block}.{i}", f"{path}.{block}.{i}.0")
        elif isinstance(m, RPNHead):
            exact(f"{path}.conv", f"{path}.conv.0.0")
        elif isinstance(m, (detection.retinanet.RetinaNetClassificationHead, detection.retinanet.RetinaNetRegressionHead)):
            for i in range(4):
                exact(f"{path}.conv.{2 * i}", f"{path}.conv.{i}.0")
        elif isinstance(m, MaskRCNNHeads):
            for i in range(len(m)):
                rules.append({"prefix": f"{path}.mask_fcn{i + 1}.", "replacement": f"{path}.{i}.0."})
    return rules or None


def contract(weights):
    """The input contract of the weights' own transform."""
    transform = weights.transforms()
    common = {"channels": "rgb", "scale": 1 / 255}
    if isinstance(transform, torchvision.transforms._presets.ObjectDetection):
        return {"fit": "none", **common, "mean": [0, 0, 0], "std": [1, 1, 1]}
    assert transform.antialias is True and len(transform.resize_size) == 1
    size = getattr(transform, "crop_size", None)
    assert size is None or len(size) == 1
    return {**({"size": size * 2} if size else {}), "fit": "shortestSide", "shortestSide": transform.resize_size[0],
            "filter": transform.interpolation.value, **common, "mean": transform.mean, "std": transform.std}


def postprocessing(network):
    """A detector's own thresholds."""
    heads = getattr(network, "roi_heads", network)
    return {"confidence": heads.score_thresh, "iou": heads.nms_thresh, "maxDetections": heads.detections_per_img}


def paper(name, weights):
    entry = next(text for prefix, text in PAPERS if name.startswith(prefix))
    arxiv = entry.rsplit(" ", 1)[1]
    module = sys.modules[get_model_builder(name).__module__]
    assert arxiv in open(module.__file__, encoding="utf-8").read(), (name, arxiv)
    return entry + (SWAG if "SWAG" in weights.name else "")


def licence(meta):
    # The package's README: "SWAG models are released under the CC-BY-NC 4.0 license."
    if "license" in meta:
        assert "SWAG" in meta["license"], meta["license"]
        return f"CC-BY-NC-4.0 ({meta['license']})"
    return "BSD-3-Clause (torchvision; the data trained on may set terms of its own)"


def note(meta, bytes_):
    text = re.sub(r"`([^`<]*?)\s*<[^>]*>`_+", r"\1", re.sub(r"\s+", " ", meta["_docs"])).strip().replace("`", "")
    if bytes_ < 3 * meta["num_params"]:
        text += " The file's length is that of half-precision."
    return text


def manifest(name, task, weights):
    meta = weights.meta
    file = weights.url.rsplit("/", 1)[1]
    # The pattern of torch.hub, which compares these digits with the file's SHA-256.
    prefix = torch.hub.HASH_REGEX.search(file).group(1)
    bytes_ = round(meta["_file_size"] * 2**20)  # it says MB and counts in 2^20, as the lengths of known files show
    network = build(name, weights)
    # One file of features for other networks' use has none.
    labels = next((key for key, value in LABELS.items() if value == list(meta["categories"] or [])), None)
    assert labels or meta["categories"] is None
    after = None
    if task == "detection":
        ids = "coco91_ids.txt" if labels == "coco91.txt" else list(range(len(LABELS[labels])))
        after = {**postprocessing(network), "categoryIds": ids}
    return {
        "id": f"{name}_{weights.name}".lower(), "model": name, "task": task, "format": "pytorch",
        "weights": {"name": file, "approximateBytes": bytes_, "sha256Prefix": prefix,
                    "hashSource": "the digits in the file's name, which torch.hub compares", "urls": [weights.url]},
        "licence": licence(meta), "source": meta["recipe"], "paper": paper(name, weights),
        "metrics": [{"name": METRICS[key], "value": value, "data": DATA[data]}
                    for data, values in meta["_metrics"].items() for key, value in values.items()
                    if not math.isnan(value)] or None,
        "parameters": meta["num_params"], "multiplyAdds": round(meta["_ops"] * 1e9),
        "options": options(network), "inputContract": contract(weights), "labels": labels, "postprocessing": after,
        "keyMap": key_map(network), "note": note(meta, bytes_),
    }


def check(entry, weights):
    """The contract that stands in `Weights/` against the attributes of the package's transform."""
    stored = json.loads((WEIGHTS / (entry + ".json")).read_text(encoding="utf-8"))
    found, transform = stored["inputContract"], weights.transforms()
    wanted = {"channels": "rgb", "scale": 1 / 255}
    if hasattr(transform, "mean"):
        wanted |= {"fit": "shortestSide", "shortestSide": transform.resize_size[0], "mean": list(transform.mean),
                   "std": list(transform.std), "filter": transform.interpolation.value}
        if hasattr(transform, "crop_size"):
            wanted["size"] = [transform.crop_size[0], transform.crop_size[0]]
    else:
        wanted |= {"fit": "none", "mean": [0, 0, 0], "std": [1, 1, 1]}
    assert found == wanted, (entry, found, wanted)
    assert stored["weights"]["urls"] == [weights.url], entry
    return stored


def main():
    assert torchvision.__version__.startswith("0.29"), torchvision.__version__
    every = [(name, task, weights) for name, task in names() for weights in get_model_weights(name)]
    if "--check" in sys.argv:
        for name, _, weights in every:
            check(f"{name}_{weights.name}".lower(), weights)
        return print(f"{len(every)} manifests have the contracts of torchvision {torchvision.__version__}")
    for name, labels in LABELS.items():
        write_list(name, labels)
    write_list("coco91_ids.txt", range(91))
    for name, task, weights in every:
        write(manifest(name, task, weights))
    print(f"{len(every)} manifests from torchvision {torchvision.__version__}")


if __name__ == "__main__":
    main()
