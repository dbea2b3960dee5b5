"""Writes the manifests and label lists of Weights/ into the program, so that it works where no such folder is found.

Run from the project's root after changing Weights/: python Scripts/embed_weights.py. A test compares the two. One line a file:
manifests without their white space."""
import glob
import json
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
    if path.endswith(".json"):
        text = json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
        assert '"##' not in text, path
        literal = f'##"{text}"##'
    else:
        assert '"' not in text and "\\" not in text and text.endswith("\n"), path
        literal = '"' + text.replace("\n", "\\n") + '"'
    lines.append(f'    "{os.path.relpath(path, "Weights")}": {literal},')
lines += ["  ]", "}"]
open("Sources/Checkpoints/Manifests/BuiltInFiles.swift", "w", encoding="utf-8").write("\n".join(lines) + "\n")
