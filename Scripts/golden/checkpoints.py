#!/usr/bin/env python3
"""Goldens of CheckpointsTests: small weight files written by PyTorch and safetensors, and what PyTorch reads from them.

usage: checkpoints.py [FOLDER_OF_REAL_WEIGHTS]   (the files listed in REAL; without it their golden is left as it is)

Every tensor is described as [dtype, shape, crc32 of its little-endian row-major bytes], in the type that our reader gives.
Files that must be refused stand in `bad`, each with the error code and words that the format or the task demand.
"""
import argparse, collections, io, json, os, pickle, struct, sys, warnings, zipfile, zlib
import numpy, safetensors, safetensors.torch, torch
from formula import fill as formula

warnings.filterwarnings("ignore")
TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Tests/CheckpointsTests")
TORCH = f"{TESTS}/PyTorch/Goldens"
VERSIONS = {"script": "Scripts/golden/checkpoints.py", "torch": torch.__version__, "safetensors": safetensors.__version__, "seed": 0}
REAL = ["yolox_nano.pth", "lenet/lenet.pth", "cifar10/resnet20-12fca82f.th", "cifar10/resnet32-d509ac18.th",
        "cifar10/resnet56-4bfd9763.th", "style/candy_nc16.model", "style/mosaic_nc16.model", "style/rain-princess_nc16.model",
        "style/udnie_nc16.model"]
GIVEN = {torch.float64: torch.float32, torch.int16: torch.int32, torch.uint16: torch.int32, torch.uint32: torch.int64}
UNREAD = {torch.uint64, torch.complex64, torch.float8_e4m3fn}


def fill(shape, seed, dtype=torch.float32):
    values = torch.from_numpy(formula(shape, seed).copy())
    if dtype == torch.bool:
        return values > 0
    unsigned = dtype in (torch.uint8, torch.uint16, torch.uint32, torch.uint64)
    return (values.abs() if unsigned else values).mul(100).to(dtype) if not dtype.is_floating_point else values.to(dtype)


def describe(tensor):
    tensor = tensor.detach()
    if tensor.dtype in UNREAD:
        return [str(tensor.dtype).split(".")[1], list(tensor.shape), None]
    tensor = tensor.to(GIVEN.get(tensor.dtype, tensor.dtype)).contiguous()
    raw = tensor.reshape(-1).view(torch.uint8).numpy().tobytes() if tensor.numel() else b""
    return [str(tensor.dtype).split(".")[1], list(tensor.shape), zlib.crc32(raw)]


def reference():
    types = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16, "i8": torch.int8, "u8": torch.uint8,
             "i32": torch.int32, "i64": torch.int64, "bool": torch.bool}
    tensors = {name: fill((3, 5), seed, dtype) for seed, (name, dtype) in enumerate(types.items())}
    tensors |= {"a.long/n\u00e1me \"q\"\\\n\t\x01": fill((2,), 9), "scalar": torch.tensor(1.5), "empty": torch.zeros(0, 3),
                "B": fill((1, 1, 7), 10), "Z": fill((2, 2), 11, torch.int32)}
    path = f"{TESTS}/SafeTensors/Goldens/reference.safetensors"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    safetensors.torch.save_file(tensors, path, metadata={"versions": json.dumps(VERSIONS)})
    os.chmod(path, 0o644)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(2, 3, 3)
        self.bn = torch.nn.BatchNorm2d(3)
        with torch.no_grad():
            for seed, tensor in enumerate(self.state_dict().values()):
                tensor.copy_(fill(tuple(tensor.shape), seed, tensor.dtype))


def good_cases():
    """Name, object, the state dict that must be found in it."""
    kinds = [torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int64, torch.int32, torch.int16, torch.int8,
             torch.uint8, torch.bool]
    dtypes = {str(d).split(".")[1]: fill((2, 3), seed, d) for seed, d in enumerate(kinds)}
    newer = {str(d).split(".")[1]: fill((2, 3), seed, d) for seed, d in enumerate([torch.uint16, torch.uint32, torch.uint64])}
    newer |= {"complex64": torch.zeros(2, dtype=torch.complex64), "float8_e4m3fn": torch.zeros(2, dtype=torch.float8_e4m3fn)}
    base = fill((4, 6), 3)
    views = {"whole": base, "transposed": base.t(), "row": base[1], "column": base[:, 2], "steps": base[::2, 1::2],
             "block": base[1:3, 2:5], "expanded": base[:, 1:2].expand(4, 5), "scalar": base[2, 3], "empty": base[4:],
             "permuted": fill((2, 3, 4, 5), 4).permute(2, 0, 3, 1), "channels_last": fill((2, 3, 2, 2), 5).contiguous(memory_format=torch.channels_last),
             "one": torch.tensor([7.0]), "zero_d": torch.tensor(5), "none": torch.zeros(3, 0, 2), "halves": fill((3, 4), 6, torch.float16).t(),
             "bytes": fill((3, 4), 7, torch.uint8).t(), "longs": fill((3, 4), 8, torch.int64).t(), "doubles": fill((3, 4), 9, torch.float64)[:, ::3],
             "bools": fill((3, 4), 10, torch.bool).t()}
    net = Net()
    state = net.state_dict()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    for parameter in net.parameters():
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    prefixed = collections.OrderedDict(("module." + k, v) for k, v in state.items())
    cases = [("dtypes", dtypes, dtypes), ("views", views, views), ("module", state, state),
             ("parameters", dict(net.named_parameters()), dict(net.named_parameters())),
             ("training", {"epoch": 3, "best": 0.5, "state_dict": prefixed, "optimizer": optimizer.state_dict(),
                           "args": argparse.Namespace(lr=0.1), "score": numpy.float64(0.5), "when": None}, state),
             ("nested", {"model": {"state_dict": state, "x": 1}, "ema": {"w": base}}, state),
             ("mixed", {**state, "epoch": 7, "note": "x", "list": [1, (2, {"a": b"c"})], "size": base.size(), "dtype": torch.float32,
                        "device": torch.device("cpu")}, state),
             ("partly_prefixed", {"module.a": base, "b": base}, {"module.a": base, "b": base})]
    return cases, newer


def good():
    files = {}

    def save(name, value, expected, **options):
        torch.save(value, f"{TORCH}/{name}", **options)
        files[name] = {key: describe(tensor) for key, tensor in expected.items()}

    cases, newer = good_cases()
    for name, value, expected in cases:
        save(f"{name}_zip.pth", value, expected)
        save(f"{name}_legacy.pth", value, expected, _use_new_zipfile_serialization=False)
    save("newer_types_zip.pth", newer, newer)
    for protocol in (3, 4, 5):
        save(f"protocol{protocol}_zip.pth", cases[4][1], cases[4][2], pickle_protocol=protocol)
        save(f"protocol{protocol}_legacy.pth", cases[4][1], cases[4][2], pickle_protocol=protocol, _use_new_zipfile_serialization=False)
    # Python 2 wrote an OrderedDict as a call on a list of pairs, and keys as byte strings; CUDA and old-version names.
    weight = fill((2, 2), 1)
    old = (b"\x80\x02ccollections\nOrderedDict\nq\x00]q\x01]q\x02(U\x01wq\x03ctorch._utils\n_rebuild_tensor\n((U\x07storagectorch.cuda\n"
           b"FloatStorage\nU\x0242U\x06cuda:0K\x06U\x07VIEWKEYK\x01K\x04\x87tQK\x00K\x02K\x02\x86K\x02K\x01\x86tRea\x85Rq\x04.")
    storage = struct.pack("<q", 6) + formula((6,), 1).tobytes()
    with open(f"{TORCH}/python2_view_legacy.pth", "wb") as file:
        file.write(legacy_head() + old + pickle.dumps(["42"], 2) + storage)
    files["python2_view_legacy.pth"] = {"w": describe(torch.from_numpy(formula((6,), 1).copy())[1:5].reshape(2, 2))}
    return files


def legacy_head():
    sizes = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    return b"".join(pickle.dumps(part, 2) for part in (torch.serialization.MAGIC_NUMBER, 1001, sizes))


class Evil:
    def __reduce__(self): return (os.system, ("echo the pickle was run > /tmp/vision-pickle-was-run",))


class Storage:
    """What a persistent id says; `count` may lie."""
    def __init__(self, kind, key, count): self.id = ("storage", kind, key, "cpu", count)


class Rebuilt:
    def __init__(self, *arguments): self.arguments = arguments
    def __reduce__(self): return (torch._utils._rebuild_tensor_v2, self.arguments + (False, collections.OrderedDict()))


class Pickler(pickle._Pickler):
    def persistent_id(self, value): return value.id if isinstance(value, Storage) else None


def archive(name, value, storages=None, compression=zipfile.ZIP_STORED, extra=None):
    text = io.BytesIO()
    Pickler(text, 2).dump(value)
    entries = {"data.pkl": text.getvalue(), "version": b"3\n"} | {f"data/{k}": v for k, v in (storages or {}).items()} | (extra or {})
    with zipfile.ZipFile(f"{TORCH}/{name}", "w", compression) as file:
        for entry, data in entries.items():
            file.writestr(zipfile.ZipInfo(f"archive/{entry}") if compression == zipfile.ZIP_STORED else f"archive/{entry}", data)


def bad():
    """Files that must be refused: name to [code, words]."""
    files, floats = {}, numpy.arange(6, dtype="<f4").tobytes()
    kind = torch.FloatStorage

    def refuse(name, code, *words):
        files[name] = [code, list(words)]

    def tensor(name, words, storage, *arguments):
        archive(name, {"w": Rebuilt(storage, *arguments)}, {"0": floats})
        refuse(name, "checkpoint.damaged", "w: ", *words)

    archive("evil_zip.pth", Evil()); refuse("evil_zip.pth", "checkpoint.unsafe", "posix.system", "nothing was run")
    archive("evil_key_zip.pth", {"a": Rebuilt(Storage(kind, "0", 6), 0, (6,), (1,)), "b.c": [1, {"x": Evil()}]}, {"0": floats})
    refuse("evil_key_zip.pth", "checkpoint.unsafe", "posix.system", "b.c: ")
    open(f"{TORCH}/evil_legacy.pth", "wb").write(legacy_head() + pickle.dumps({"w": Evil()}, 2) + pickle.dumps([], 2))
    refuse("evil_legacy.pth", "checkpoint.unsafe", "posix.system")
    for protocol in (0, 1, 2, 4):
        open(f"{TORCH}/evil_plain{protocol}.pkl", "wb").write(pickle.dumps(Evil(), protocol))
        refuse(f"evil_plain{protocol}.pkl", "checkpoint.unsafe", "posix.system", "plain pickle")
    open(f"{TORCH}/evil_os.pkl", "wb").write(b"cos\nsystem\n(S'true'\ntR.")
    refuse("evil_os.pkl", "checkpoint.unsafe", "os.system")
    open(f"{TORCH}/plain.pkl", "wb").write(pickle.dumps({"w": [1.0, 2.0]}, 4)); refuse("plain.pkl", "checkpoint.unrecognized", "plain pickle")
    torch.save({"w": torch.zeros(2), "args": argparse.Namespace(a=1)}, f"{TORCH}/namespace_inside.pth")
    refuse("namespace_inside.pth", "checkpoint.unsafe", "argparse.Namespace", "args: ")
    torch.save({"model": torch.nn.Linear(2, 1), "epoch": 1}, f"{TORCH}/whole_module.pth")
    refuse("whole_module.pth", "checkpoint.unsafe", "torch.nn.modules.linear.Linear")
    torch.save(torch.zeros(2), f"{TORCH}/single_tensor.pth"); refuse("single_tensor.pth", "checkpoint.missing", "single tensor")
    torch.save({"epoch": 1, "encoder": {"w": torch.zeros(2)}}, f"{TORCH}/no_state_dict.pth")
    refuse("no_state_dict.pth", "checkpoint.missing", "epoch, encoder")
    archive("bomb.pth", {"w": 1}, {"0": bytes(4 << 20)}, zipfile.ZIP_DEFLATED); refuse("bomb.pth", "checkpoint.unsupported", "compressed")
    archive("big_endian.pth", {"w": 1}, extra={"byteorder": b"big"}); refuse("big_endian.pth", "checkpoint.unsupported", "big-endian")
    archive("version99.pth", {"w": 1}, extra={"version": b"99\n"}); refuse("version99.pth", "checkpoint.unsupported", "version 99")
    storage = Storage(kind, "0", 6)
    tensor("past_end.pth", ["past its storage"], storage, 0, (7,), (1,))
    tensor("past_end_offset.pth", ["past its storage"], storage, 2, (5,), (1,))
    tensor("past_end_stride.pth", ["past its storage"], storage, 0, (2, 2), (5, 1))
    tensor("stride_overflow.pth", ["past any storage"], storage, 0, (3, 3), (2**62, 2**62))
    tensor("offset_overflow.pth", ["past any storage"], storage, 2**63 - 1, (3,), (1,))
    tensor("negative_offset.pth", ["negative"], storage, -1, (2,), (1,))
    tensor("negative_stride.pth", ["negative"], storage, 5, (2,), (-1,))
    tensor("negative_size.pth", ["negative"], storage, 0, (-2,), (1,))
    tensor("huge_shape.pth", ["too large"], storage, 0, (2**62, 2**62), (0, 0))
    tensor("short_storage.pth", ["shorter"], Storage(kind, "0", 7), 0, (2,), (1,))
    tensor("huge_storage.pth", ["shorter"], Storage(kind, "0", 2**62), 0, (2,), (1,))
    tensor("lone_stride.pth", ["strides"], storage, 0, (2, 3), (1,))
    archive("no_storage.pth", {"w": Rebuilt(Storage(kind, "7", 6), 0, (2,), (1,))}, {"0": floats})
    refuse("no_storage.pth", "checkpoint.damaged", "data/7")
    archive("odd_type.pth", {"w": Rebuilt(Storage(torch.QInt8Storage, "0", 6), 0, (2,), (1,))}, {"0": floats})
    refuse("odd_type.pth", "checkpoint.unsupported", "QInt8Storage")
    archive("not_a_tensor.pth", {"w": Rebuilt(1, 2, 3, 4)}); refuse("not_a_tensor.pth", "checkpoint.damaged", "storage")
    torch.jit.save(torch.jit.script(torch.nn.ReLU()), f"{TORCH}/torchscript.pt"); refuse("torchscript.pt", "checkpoint.unrecognized", "TorchScript")
    numpy.savez(f"{TORCH}/arrays.npz", a=numpy.zeros(2)); refuse("arrays.npz", "checkpoint.unrecognized", "NumPy")
    zipfile.ZipFile(f"{TORCH}/empty.zip", "w").close(); refuse("empty.zip", "checkpoint.unrecognized", "data.pkl")
    return files


def real(folder):
    files = {}
    for name in REAL:
        value = torch.load(f"{folder}/{name}", map_location="cpu", weights_only=True)
        state = value.get("state_dict", value.get("model", value))
        short = len("module.") if all(key.startswith("module.") for key in state) else 0
        files[name] = {key[short:]: describe(tensor) for key, tensor in state.items()}
    return files


def write(path, value):
    """A line a tensor list, so that the file stays small and its changes readable."""
    with open(path, "w") as file:
        file.write("{\n" + ",\n".join(f'{json.dumps(k)}: {json.dumps(v, separators=(",", ":"))}' for k, v in value.items()) + "\n}\n")


if __name__ == "__main__":
    reference()
    os.makedirs(TORCH, exist_ok=True)
    for name in os.listdir(TORCH):
        if name != "real.json": os.remove(f"{TORCH}/{name}")
    write(f"{TORCH}/good.json", {"versions": VERSIONS, "files": good()})
    write(f"{TORCH}/bad.json", {"versions": VERSIONS, "files": bad()})
    if len(sys.argv) > 1:
        write(f"{TORCH}/real.json", {"versions": VERSIONS, "files": real(sys.argv[1])})
