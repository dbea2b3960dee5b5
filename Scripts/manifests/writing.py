"""How the scripts of this folder write a manifest: one entry a line where it fits."""
import json
import pathlib

WEIGHTS = pathlib.Path("Weights")
WIDTH = 118


def text(value, indent=0, room=0):
    """JSON with two spaces of indent; what fits into a line stands in one. `room`: what precedes it in its line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or (indent and indent + room + len(line) < WIDTH):
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{inner}{json.dumps(k)}: {text(v, indent + 2, len(k) + 4)}" for k, v in value.items()]
    else:
        parts = [inner + text(v, indent + 2) for v in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "\n" + ",\n".join(parts) + "\n" + " " * indent + closing


def write(manifest):
    """Writes `Weights/ID.json`, without the entries that are None."""
    kept = {key: value for key, value in manifest.items() if value is not None}
    (WEIGHTS / (manifest["id"] + ".json")).write_text(text(kept) + "\n", encoding="utf-8")


def write_list(name, lines):
    """Writes a list of labels or ids, one a line."""
    (WEIGHTS / "labels" / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
