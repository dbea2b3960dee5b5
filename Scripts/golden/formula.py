"""Values that goldens and tests share without storing them: Tests/TestSupport/Formula.swift computes the same, bit for bit."""
import numpy as np


def fill(shape, seed, scale=1.0, offset=0.0):
    """A float32 array: offset + scale * value(i), each value in -1 ..< 1 and a multiple of 2^-23."""
    count = int(np.prod(shape, dtype=np.int64))
    h = np.arange(count, dtype=np.uint64).astype(np.uint32)
    h = h * np.uint32(2654435761) + np.uint32((seed * 0x9E3779B9) & 0xFFFFFFFF)
    h ^= h >> np.uint32(15)
    h = h * np.uint32(2246822519)
    h ^= h >> np.uint32(13)
    values = (h >> np.uint32(8)).astype(np.float32) / np.float32(8388608) - np.float32(1)
    return (np.float32(offset) + np.float32(scale) * values).reshape(shape)


def seed_of(key):
    """The seed of a parameter's filling: FNV-1a of its key."""
    value = 0x811C9DC5
    for byte in key.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def fill_parameter(key, shape, gain=1.0):
    """Values that keep activations alive: by the last part of the key and the rank, as Tests/TestSupport/FormulaWeights.swift."""
    name, seed = key.split(".")[-1], seed_of(key)
    if name == "running_var":
        return fill(shape, seed, 0.5, 1.0)
    if name == "running_mean":
        return fill(shape, seed, 0.1)
    if name == "num_batches_tracked":
        return np.zeros(shape, np.int64)
    if len(shape) <= 1:
        return fill(shape, seed, 0.2, 1.0) if name == "weight" else fill(shape, seed, 0.1)
    fan_in = int(np.prod(shape[1:]))
    return fill(shape, seed, np.float32(gain) * np.sqrt(np.float32(3) / np.float32(fan_in)))


def fill_module(module, gain=1.0):
    """Fills a PyTorch module's whole state_dict, except for the tables of indices, which are no weights."""
    import torch

    state = {k: v if v.dtype == torch.int64 else torch.from_numpy(fill_parameter(k, tuple(v.shape), gain)).reshape(v.shape)
             for k, v in module.state_dict().items()}
    module.load_state_dict(state)
    return module.eval()
