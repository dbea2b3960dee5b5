#!/usr/bin/env python3
"""Goldens of CheckpointsTests: small weight files written by PyTorch and safetensors, and what PyTorch reads from them.

usage: checkpoints.py [FOLDER_OF_REAL_WEIGHTS]   (the files listed in REAL; without it that golden is left as it is)
"""
import argparse, collections, io, json, os, pickle, struct, sys, zipfile, zlib
import numpy, safetensors.torch, torch
from formula import fill as formula

TESTS = os.path.join(os.path.dirname(__file__), "../../Tests/CheckpointsTests")
VERSIONS = {"script": "Scripts/golden/checkpoints.py", "torch": torch.__version__, "safetensors": safetensors.__version__, "seed": 0}


def fill(shape, seed, dtype=torch.float32):
    values = torch.from_numpy(formula(shape, seed).copy())
    if dtype == torch.bool:
        return values > 0
    return (values * 100).to(dtype) if not dtype.is_floating_point else values.to(dtype)


def reference():
    types = {"f64_as_f32": torch.float32, "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16, "i8": torch.int8,
             "u8": torch.uint8, "i32": torch.int32, "i64": torch.int64, "bool": torch.bool}
    tensors = {name: fill((3, 5), seed, dtype) for seed, (name, dtype) in enumerate(types.items())}
    tensors |= {"a.long/n\u00e1me \"q\"\\\n\t\x01": fill((2,), 9), "scalar": torch.tensor(1.5), "empty": torch.zeros(0, 3), "B": fill((1, 1, 7), 10)}
    os.makedirs(f"{TESTS}/SafeTensors/Goldens", exist_ok=True)
    safetensors.torch.save_file(tensors, f"{TESTS}/SafeTensors/Goldens/reference.safetensors", metadata={"versions": json.dumps(VERSIONS)})


if __name__ == "__main__":
    reference()
