"""Goldens of darknet networks: OpenCV's cv2.dnn.readNetFromDarknet, and a reference of our own where it cannot read a section.

Run from the project's root: python Scripts/golden/darknet.py [FOLDER], where FOLDER holds the published .cfg and .weights
files (yolov3.cfg, yolo-fastest-1.1-xl.weights ...); without it the goldens of those files are left as they are.

Small configurations lie beside the goldens. The reference runs on all of them and must agree with OpenCV wherever OpenCV can
read them: so it is itself proven where it stands alone. Weights are filled by formula and handed to OpenCV as the bytes of a
.weights file; the goldens list their keys in the file's order. OpenCV drops class scores below `thresh` and suppresses
neighbours: both are switched off in the text that it gets. For [region] the suppression cannot be switched off: scores that
it sets to zero are taken from the reference, which must agree in all the others."""
import glob
import json
import os
import re
import struct
import sys

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file

sys.path.insert(0, "Scripts/golden")
from formula import fill, fill_parameter

FOLDER = "Tests/ModelsTests/Darknet/Goldens/"
ACTIVATIONS = {
    "linear": lambda x: x, "leaky": lambda x: torch.where(x > 0, x, 0.1 * x), "relu": lambda x: x * (x > 0),
    "relu6": lambda x: torch.minimum(torch.maximum(x, torch.tensor(0.0)), torch.tensor(6.0)),
    "logistic": lambda x: 1 / (1 + torch.exp(-x)), "tanh": lambda x: (torch.exp(2 * x) - 1) / (torch.exp(2 * x) + 1),
    "elu": lambda x: torch.where(x >= 0, x, torch.exp(x) - 1), "mish": lambda x: x * torch.tanh(torch.log(1 + torch.exp(x))),
    "swish": lambda x: x / (1 + torch.exp(-x)), "gelu": lambda x: 0.5 * x * (1 + torch.tanh(0.797885 * x + 0.035677 * x**3)),
    "ramp": lambda x: x * (x > 0) + 0.1 * x, "relie": lambda x: torch.where(x > 0, x, 0.01 * x),
    "loggy": lambda x: 2 / (1 + torch.exp(-x)) - 1, "hardtan": lambda x: torch.clip(x, -1, 1),
}


def parse(text):
    sections = []
    for line in text.splitlines():
        line = re.sub(r"[#;].*|\s", "", line)
        if line.startswith("["):
            sections.append((line[1:-1], {}))
        elif line:
            key, value = line.split("=", 1)
            sections[-1][1].setdefault(key, value)
    return sections


def integers(text):
    return [int(part) for part in text.split(",") if part]


def parameters(sections):
    """Keys and shapes in the order of the .weights file, following the channels and sizes of the configuration."""
    net, order, shapes = sections[0][1], [], []
    c, h, w = int(net.get("channels", 3)), int(net["height"]), int(net["width"])
    for index, (kind, o) in enumerate(sections[1:]):
        number = lambda key, default: int(o.get(key, default))
        path, norm = f"module_list.{index}.", number("batch_normalize", 0)
        statistics = [(path + "BatchNorm2d." + name) for name in ("weight", "running_mean", "running_var")]
        if kind == "convolutional":
            k, size, stride, dilation = number("filters", 1), number("size", 1), number("stride", 1), number("dilation", 1)
            padding = (size // 2 if number("pad", 0) else number("padding", 0)) * dilation
            order.append((path + ("BatchNorm2d.bias" if norm else "Conv2d.bias"), [k]))
            order += [(key, [k]) for key in statistics] if norm else []
            order.append((path + "Conv2d.weight", [k, c // number("groups", 1), size, size]))
            c, h, w = k, *[(side + 2 * padding - dilation * (size - 1) - 1) // stride + 1 for side in (h, w)]
        elif kind == "connected":
            k = number("output", 1)
            order.append((path + ("BatchNorm2d.bias" if norm else "Linear.bias"), [k]))
            order.append((path + "Linear.weight", [k, c * h * w]))
            order += [(key, [k]) for key in statistics] if norm else []
            c, h, w = k, 1, 1
        elif kind == "maxpool":
            stride = number("stride", 1)
            size = number("size", stride)
            h, w = [(side + number("padding", size - 1) - size) // stride + 1 for side in (h, w)]
        elif kind == "avgpool":
            h, w = 1, 1
        elif kind == "route":
            sources = [shapes[i if i >= 0 else index + i] for i in integers(o["layers"])]
            c, h, w = sum(s[0] for s in sources) // number("groups", 1), sources[0][1], sources[0][2]
        elif kind == "upsample":
            h, w = h * number("stride", 2), w * number("stride", 2)
        elif kind == "reorg":
            s = number("stride", 1)
            c, h, w = c * s * s, h // s, w // s
        shapes.append((c, h, w))
    return order


def reorg(x, s):
    """darknet's reorg_cpu, forward = 0, as in its source: an index of the output for each index (c, h, w) of a larger map."""
    n, c, h, w = x.shape
    flat, out = x.reshape(n, -1), torch.zeros(n, c * h * w)
    small = c // (s * s)
    for k in range(c):
        for j in range(h):
            for i in range(w):
                offset = k // small
                w2, h2 = i * s + offset % s, j * s + offset // s
                out[:, i + w * (j + h * k)] = flat[:, w2 + w * s * (h2 + h * s * (k % small))]
    return out.reshape(n, c * s * s, h // s, w // s)


def head(kind, o, x, width, height):
    anchors = np.array([float(part) for part in o["anchors"].split(",")], np.float32).reshape(-1, 2)
    anchors = anchors[integers(o["mask"])] if "mask" in o else anchors
    new, scale, classes = int(o.get("new_coords", 0)), float(o.get("scale_x_y", 1)), int(o["classes"])
    n, _, rows, columns = x.shape
    x = x.reshape(n, len(anchors), 5 + classes, rows, columns).double()
    sigmoid = (lambda t: t) if new else torch.sigmoid
    out = torch.zeros_like(x)
    gx, gy = torch.arange(columns)[None, :], torch.arange(rows)[:, None]
    for a, (aw, ah) in enumerate(anchors):
        unit = (width, height) if kind == "yolo" else (columns, rows)
        stretch = lambda t: sigmoid(t) * scale - 0.5 * (scale - 1)
        out[:, a, 0], out[:, a, 1] = (stretch(x[:, a, 0]) + gx) / columns, (stretch(x[:, a, 1]) + gy) / rows
        extent = (lambda t: 4 * t * t) if new else torch.exp
        out[:, a, 2], out[:, a, 3] = extent(x[:, a, 2]) * float(aw) / unit[0], extent(x[:, a, 3]) * float(ah) / unit[1]
        out[:, a, 4] = sigmoid(x[:, a, 4])
        scores = x[:, a, 5:]
        scores = torch.softmax(scores, 1) if int(o.get("softmax", 0)) and kind == "region" else sigmoid(scores)
        out[:, a, 5:] = scores * out[:, a, 4:5]
    return out.permute(0, 3, 4, 1, 2).reshape(n, -1, 5 + classes).float()


def reference(sections, weights, x):
    height, width = x.shape[2:]
    x, outputs, found = torch.from_numpy(x), [], {}
    for index, (kind, o) in enumerate(sections[1:]):
        number = lambda key, default: int(o.get(key, default))
        value = lambda key: torch.from_numpy(weights[f"module_list.{index}.{key}"])
        norm, fallback = number("batch_normalize", 0), "linear"
        earlier = lambda i: outputs[i if i >= 0 else index + i]
        if kind == "convolutional":
            size, dilation, fallback = number("size", 1), number("dilation", 1), "logistic"
            padding = (size // 2 if number("pad", 0) else number("padding", 0)) * dilation
            x = F.conv2d(x, value("Conv2d.weight"), None if norm else value("Conv2d.bias"), number("stride", 1), padding,
                         dilation, number("groups", 1))
        elif kind == "connected":
            fallback = "logistic"
            x = F.linear(x.flatten(1), value("Linear.weight"), None if norm else value("Linear.bias"))[:, :, None, None]
        elif kind == "maxpool":
            stride = number("stride", 1)
            size = number("size", stride)
            padding = number("padding", size - 1)
            before, after = padding // 2, padding - padding // 2
            x = F.max_pool2d(F.pad(x, (before, after, before, after), value=-torch.inf), size, stride)
        elif kind == "avgpool":
            x = x.mean((2, 3), keepdim=True)
        elif kind == "route":
            groups = number("groups", 1)
            x = torch.cat([earlier(i).chunk(groups, 1)[number("group_id", 0)] for i in integers(o["layers"])], 1)
        elif kind == "shortcut":
            x = x.clone()
            for i in integers(o["from"]):
                common = min(x.shape[1], earlier(i).shape[1])
                x[:, :common] += earlier(i)[:, :common]
        elif kind == "upsample":
            s = number("stride", 2)
            x = x.repeat_interleave(s, 2).repeat_interleave(s, 3) * float(o.get("scale", 1))
        elif kind == "reorg":
            x = reorg(x, number("stride", 1))
        elif kind == "softmax":
            groups, shape = number("groups", 1), x.shape
            x = torch.softmax(x.reshape(shape[0], groups, -1) / float(o.get("temperature", 1)), 2).reshape(shape)
        elif kind in ("yolo", "region"):
            found[f"{kind}_{index}"] = head(kind, o, x, width, height).numpy()
        else:
            assert kind == "dropout", kind
        if norm:
            x = F.batch_norm(x, value("BatchNorm2d.running_mean"), value("BatchNorm2d.running_var"),
                             value("BatchNorm2d.weight"), value("BatchNorm2d.bias"), False, 0.0, 1e-6)
        x = ACTIVATIONS[o.get("activation", fallback)](x)
        outputs.append(x)
    return found or {"output": x.numpy()}


def opencv(text, weights, x):
    text = re.sub(r"(?m)^\s*thresh\s*=.*$", "", text)
    text = re.sub(r"\[(yolo|region)\]", r"[\1]\nthresh=0\nnms_threshold=0", text)
    kinds = [kind for kind, _ in parse(text)[1:]]
    network = cv2.dnn.readNetFromDarknet(np.frombuffer(text.encode(), np.uint8), np.frombuffer(weights, np.uint8))
    names = network.getUnconnectedOutLayersNames()
    network.setInput(x)
    found = dict(zip(names, network.forward(names)))
    if "region" in kinds:
        return {f"region_{kinds.index('region')}": found["detection_out"][None]}
    return {k: v[None] for k, v in found.items()} if "yolo" in kinds else {"output": found[names[0]]}


def proven(name, found, ours):
    """OpenCV's outputs, which the reference must equal; see above for [region]."""
    assert found.keys() == ours.keys(), (name, found.keys(), ours.keys())
    for key, value in found.items():
        if value.ndim == 2:  # OpenCV's fully connected sections give vectors.
            found[key] = value = value[:, :, None, None]
        assert value.shape == ours[key].shape, (name, key, value.shape, ours[key].shape)
        if key.startswith("region"):
            suppressed = value == 0
            assert not suppressed[..., :5].any() and suppressed[..., 5:].mean() < 0.5, (name, key)
            found[key] = value = np.where(suppressed, ours[key], value)
            print(name, key, "suppressed by OpenCV:", suppressed.sum(), "of", value[..., 5:].size)
        worst = abs(value - ours[key]).max() / abs(value).max()
        assert worst < 2e-5, (name, key, worst)
    return found


def file_bytes(order, weights):
    return struct.pack("<iiiq", 0, 2, 5, 64) + b"".join(weights[key].tobytes() for key, _ in order)


def picture(shape, seed):
    return fill(shape, seed, 0.5, 0.5)


def case(name, shape, seed, gain, outputs, step=1, **more):
    """Adds the outputs' every `step`th row to the tensors; says what the test needs to know."""
    for key, value in outputs.items():
        assert np.isfinite(value).all(), (name, key)
        if key != "output":
            assert value[..., :4].std() > 1e-2 and value[..., :4].max() < 100, (name, key, value[..., :4].max())
        tensors[f"{name}.{key}"] = np.ascontiguousarray(value[:, ::step] if key != "output" else value)
        print(name, key, tensors[f"{name}.{key}"].shape, "std", value.std(), "largest", abs(value).max())
    cases.append({"name": name, "shape": list(shape), "seed": seed, "gain": gain, "step": step, "outputs": list(outputs), **more})


def save(file):
    metadata = {"script": "Scripts/golden/darknet.py", "versions": f"opencv {cv2.__version__}, torch {torch.__version__}",
                "seed": "in the cases", "cases": json.dumps(cases)}
    save_file(tensors, FOLDER + file, metadata)
    print(file, os.path.getsize(FOLDER + file))


REFERENCE_ONLY = {"rare_activations", "connected_norm", "variants", "region_logistic"}
tensors, cases = {}, []
for path in sorted(glob.glob(FOLDER + "*.cfg")):
    name, text = os.path.basename(path)[:-4], open(path).read()
    sections = parse(text)
    net = sections[0][1]
    alone = name in REFERENCE_ONLY
    shape = (2 if alone else 1, int(net["channels"]), int(net["height"]), int(net["width"]))
    order = parameters(sections)
    weights = {key: fill_parameter(key, shape, 1.7) for key, shape in order}
    x = fill(shape, 21)
    expected = reference(sections, weights, x)
    if not alone:
        expected = proven(name, opencv(text, file_bytes(order, weights), x), expected)
    case(name, shape, 21, 1.7, expected, order=order, source="reference" if alone else "opencv")
save("sections.safetensors")

if len(sys.argv) > 1:
    tensors, cases = {}, []
    for name, size, gain in (("yolov3", (64, 96), 0.9), ("yolov3-tiny", (96, 64), 1.4), ("yolov2-tiny-voc", (96, 64), 1.4)):
        text = open(f"{sys.argv[1]}/{name}.cfg").read()
        order = parameters(parse(text))
        weights = {key: fill_parameter(key, shape, gain) for key, shape in order}
        shape = (1, 3, *size)
        x = picture(shape, 22)
        found = proven(name, opencv(text, file_bytes(order, weights), x), reference(parse(text), weights, x))
        case(name, shape, 22, gain, found, order=order)
    # Real weights see formula-filled blocks of 16 pixels, which are more like a picture than noise. Of the boxes every 7th is kept.
    for name in ("yolo-fastest-1.1-xl", "MobileNetV2-YOLOv3-Nano-voc"):
        text, weights = open(f"{sys.argv[1]}/{name}.cfg").read(), open(f"{sys.argv[1]}/{name}.weights", "rb").read()
        x = picture((1, 3, 20, 20), 23).repeat(16, 2).repeat(16, 3)
        x = np.ascontiguousarray(x)
        case(name, x.shape, 23, 0, opencv(text, weights, x), step=7, order=[])
    save("published.safetensors")
