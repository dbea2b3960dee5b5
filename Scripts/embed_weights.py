"""Writes the manifests and label lists of Weights/ into the program, so that it works where no such folder is found.

Run from the project's root after changing Weights/: python Scripts/embed_weights.py. A test compares the two."""
import glob
import os

lines = [
    "// swift-format-ignore-file",
    "// Written by Scripts/embed_weights.py from Weights/; a test compares the two.",
    "",
    "/// The manifests and label lists of `Weights/`, by their path in it.",
    "enum BuiltInFiles {",
    "  static let texts: [String: String] = [",
]
for path in sorted(glob.glob("Weights/*.json") + glob.glob("Weights/labels/*.txt")):
    text = open(path, encoding="utf-8").read()
    assert '"""##' not in text and text.endswith("\n"), path
    lines.append(f'    "{os.path.relpath(path, "Weights")}": ##"""')
    lines += [("      " + line).rstrip() for line in text.split("\n")]
    lines.append('      """##,')
lines += ["  ]", "}"]
open("Sources/Checkpoints/Manifests/BuiltInFiles.swift", "w", encoding="utf-8").write("\n".join(lines) + "\n")
