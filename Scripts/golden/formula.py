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
