"""Published style networks on a photo: `vision style-transfer` against PyTorch, level by level.

Run from the project's root after `make build`: python Scripts/compare/style.py PHOTO WEIGHTS.model ... (needs torch, Pillow)."""
import json
import subprocess
import sys
import tempfile

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, "Scripts/golden")
from zoo_dense import BUILDERS

photo, failed = sys.argv[1], False
x = torch.from_numpy(np.array(Image.open(photo).convert("RGB"))).permute(2, 0, 1)[None].float()
for path in sys.argv[2:]:
    state = {k: v for k, v in torch.load(path, map_location="cpu").items() if ".running_" not in k and not k.startswith("running_")}
    name = "transformer_net_nc16" if state["conv1.conv2d.weight"].shape[0] == 16 else "transformer_net"
    network = BUILDERS[name]().eval()
    network.load_state_dict(state)
    with torch.no_grad():
        y = network(x)[0, :, :x.shape[2], :x.shape[3]].clamp(0, 255).permute(1, 2, 0).numpy().astype(np.uint8)
    with tempfile.TemporaryDirectory() as d:
        line = subprocess.run([".build/release/vision", "style-transfer", photo, "--model", name, "--weights", path, "-o",
                               f"{d}/out.png", "--json"], check=True, capture_output=True, text=True).stdout
        ours = np.array(Image.open(json.loads(line)["output"]))
    difference = np.abs(ours.astype(int) - y)
    failed |= ours.shape != y.shape or difference.max() > 1
    print(f"{path}: {ours.shape}, largest difference {difference.max()} level, {np.mean(difference > 0):.2%} of the values differ")
sys.exit(int(failed))
