"""Puts the best weights of a run into Weights/ and their length and hash into the manifest of the same id; no packages needed.

    python3 Scripts/ship_weights.py runs/unet-scenes unet_scenes --half

`--half` stores matrices and kernels as float16, which the program widens when it reads them; vectors stay as they are. Figures, recipe and
input contract in the manifest are its author's. `make embed` afterwards.
"""

import argparse
import hashlib
import json
import struct
from math import prod
from pathlib import Path


def halved(data):
    """The same safetensors file with its float32 tensors of two and more axes as float16."""
    length = struct.unpack("<Q", data[:8])[0]
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        values = body[begin:end]
        if entry["dtype"] == "F32" and len(entry["shape"]) > 1:
            count = prod(entry["shape"])
            values = struct.pack(f"<{count}e", *struct.unpack(f"<{count}f", values))
            entry["dtype"] = "F16"
        tensors[name] = values
    out = bytearray()
    # The format knows no gaps: the longest elements first, so that each tensor lies at a multiple of its own.
    for name in sorted(tensors, key=lambda name: header[name]["dtype"] == "F16"):
        header[name]["data_offsets"] = [len(out), len(out) + len(tensors[name])]
        out += tensors[name]
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=Path)
    parser.add_argument("id")
    parser.add_argument("--half", action="store_true")
    arguments = parser.parse_args()
    data = (arguments.run / "best.safetensors").read_bytes()
    if arguments.half:
        data = halved(data)
    manifest = Path("Weights") / f"{arguments.id}.json"
    fields = json.loads(manifest.read_text())
    (Path("Weights") / fields["weights"]["name"]).write_bytes(data)
    fields["weights"].update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    manifest.write_text(json.dumps(fields, indent=2) + "\n")
    print(f"{len(data)} bytes")


main()
