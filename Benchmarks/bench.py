#!/usr/bin/env python3
"""Ratios of this program against the field's Python stacks, taking turns in one run (make bench PYTHON=venv/bin/python).

Whole processes: `detect` against ONNX Runtime and PyTorch doing the same, start-up, peak memory. Image work: decoding, encoding and
resizing against Pillow (and OpenCV for PNG encoding), ours timed by the difference between a run over N copies and a run over one, so
that start-up drops out. Medians of interleaved turns; results as dated JSON in Benchmarks/results/.

Needs: onnxruntime, torch, pillow, opencv-python-headless, numpy in the Python that runs it; the data folder in VISION_TEST_DATA."""
import argparse, datetime, json, os, platform, resource, statistics, subprocess, sys, tempfile, textwrap, time

parser = argparse.ArgumentParser()
parser.add_argument("--vision", default=".build/release/vision")
parser.add_argument("--rounds", type=int, default=7)
parser.add_argument("--out", default=None)
a = parser.parse_args()
data = os.environ.get("VISION_TEST_DATA")
if not data: sys.exit("set VISION_TEST_DATA to the folder with photos/ and weights/")
vision, photo = os.path.abspath(a.vision), f"{data}/photos/dog.jpg"


def process(command, env=None):
    """Wall seconds and peak megabytes of a whole process."""
    start = time.perf_counter()
    p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=dict(os.environ, **(env or {})))
    _, status, usage = os.wait4(p.pid, 0)
    seconds = time.perf_counter() - start
    if status: sys.exit(f"{command[:4]} failed: {p.stderr.read().decode()[-400:]}")
    return seconds, usage.ru_maxrss / 1024


def turns(contestants):
    """Every contestant in turn, `rounds` times after one warm-up; name -> medians of what it returns."""
    runs = {name: [] for name in contestants}
    for turn in range(a.rounds + 1):
        for name, run in contestants.items():
            result = run()
            if turn: runs[name].append(result)
    return {name: [statistics.median(column) for column in zip(*values)] for name, values in runs.items()}


ORT = textwrap.dedent("""
    import sys, numpy as np, onnxruntime as ort
    from PIL import Image, ImageDraw
    im = Image.open(sys.argv[1]).convert("RGB"); r = min(416 / im.height, 416 / im.width)
    x = np.full((416, 416, 3), 114, np.uint8); s = np.asarray(im.resize((int(im.width * r), int(im.height * r)), Image.BILINEAR))
    x[:s.shape[0], :s.shape[1]] = s; x = x[:, :, ::-1].transpose(2, 0, 1)[None].astype(np.float32)
    o = ort.SessionOptions(); o.intra_op_num_threads = 2
    y = ort.InferenceSession(sys.argv[2], o).run(None, {"images": x})[0][0]
    y = y[y[:, 4] * y[:, 5:].max(1) > .25]; d = ImageDraw.Draw(im)
    for row in y: d.rectangle((0, 0, 10, 10))
    im.save(sys.argv[3], quality=90); print(len(y))
""")
TORCH = textwrap.dedent("""
    import sys, numpy as np, torch, torchvision
    sys.path.insert(0, "Scripts/golden")
    from yolox_reference import YOLOX
    from PIL import Image, ImageDraw
    im = Image.open(sys.argv[1]).convert("RGB"); r = min(416 / im.height, 416 / im.width)
    x = np.full((416, 416, 3), 114, np.uint8); s = np.asarray(im.resize((int(im.width * r), int(im.height * r)), Image.BILINEAR))
    x[:s.shape[0], :s.shape[1]] = s; x = torch.from_numpy(np.ascontiguousarray(x[:, :, ::-1].transpose(2, 0, 1)))[None].float()
    n = YOLOX("nano").eval(); n.load_state_dict(torch.load(sys.argv[2], weights_only=True)["model"])
    with torch.no_grad(): y = n(x)[0]
    keep = torchvision.ops.nms(y[:, :4], y[:, 4], .45)
    im.save(sys.argv[3], quality=90); print(len(keep))
""")
DECODE = "import sys\nfrom PIL import Image\nfor _ in range(int(sys.argv[2])): Image.open(sys.argv[1]).convert('RGB').load()"

results = {"date": datetime.datetime.now().isoformat(timespec="seconds"), "machine": platform.processor() or platform.machine(),
           "cores": os.cpu_count(), "rounds": a.rounds, "rows": []}


def row(what, ours, peer, theirs, unit="ms"):
    results["rows"].append({"what": what, "vision": round(ours, 3), "peer": peer, "theirs": round(theirs, 3), "ratio": round(theirs / ours, 2), "unit": unit})
    print(f"{what:44} vision {ours:9.2f} {unit}   {peer:14} {theirs:9.2f} {unit}   {theirs / ours:6.2f}x", flush=True)


with tempfile.TemporaryDirectory() as d:
    # Whole processes
    detect = [vision, "detect", photo, "--model", "yolox_nano", "--weights", f"{data}/weights/yolox_nano.safetensors", "--offline", "-o", d + "/o", "--quiet"]
    r = turns({
        "vision": lambda: process(detect),
        "onnxruntime": lambda: process([sys.executable, "-c", ORT, photo, f"{data}/weights/yolox_nano_416.onnx", d + "/ort.jpg"]),
        "torch": lambda: process([sys.executable, "-c", TORCH, photo, f"{data}/weights/yolox_nano.pth", d + "/torch.jpg"]),
        "help": lambda: process([vision, "--help"]),
        "python": lambda: process([sys.executable, "-c", "pass"])})
    for peer in ("onnxruntime", "torch"):
        row("detect dog.jpg, whole process", r["vision"][0] * 1e3, peer, r[peer][0] * 1e3)
        row("detect dog.jpg, peak memory", r["vision"][1], peer, r[peer][1], "MB")
    row("--help", r["help"][0] * 1e3, "bare python", r["python"][0] * 1e3)

    # Image work in one process each: time per picture over N pictures, start-up taken off
    from PIL import Image
    import cv2, numpy as np

    N = 24
    large = d + "/large.jpg"; Image.open(f"{data}/photos/giraffe.jpg").convert("RGB").resize((4000, 3000), Image.LANCZOS).save(large, quality=90)
    small = d + "/small.png"; Image.open(photo).convert("RGB").save(small)

    def ours(path, *options, n=N):
        for i in range(n):
            if not os.path.exists(f"{path}.{i}"): os.symlink(path, f"{path}.{i}")
        command = lambda k: [vision, "convert", *[f"{path}.{i}" for i in range(k)], "-o", d + "/c", "--threads", "1", "--quiet", *options]
        pin = {0}
        def timed(k):
            start = time.perf_counter()
            subprocess.run(command(k), check=True, stdout=subprocess.DEVNULL, preexec_fn=lambda: os.sched_setaffinity(0, pin))
            return time.perf_counter() - start
        many, one = timed(n), timed(1)
        return ((many - one) / (n - 1) * 1e3,)

    def theirs(work, n=N):
        start = time.perf_counter()
        for _ in range(n): work()
        return ((time.perf_counter() - start) / n * 1e3,)

    cv2.setNumThreads(1)
    def pillow(path, size, filter, out):
        im = Image.open(path).convert("RGB")
        if size: im = im.resize(size, filter)
        im.save(out, quality=90)
    for what, path, options, size, filter, out, n in [
        ("JPEG 0.4 MP -> 16x16 JPEG (decode)", photo, ["--size", "16x16", "--filter", "nearest", "--format", "jpeg"], (16, 16), Image.NEAREST, d + "/p.jpg", N),
        ("JPEG 12 MP -> 16x16 JPEG (decode)", large, ["--size", "16x16", "--filter", "nearest", "--format", "jpeg"], (16, 16), Image.NEAREST, d + "/p.jpg", 6),
        ("PNG 0.4 MP -> 16x16 JPEG (decode)", small, ["--size", "16x16", "--filter", "nearest", "--format", "jpeg"], (16, 16), Image.NEAREST, d + "/p.jpg", N),
        ("JPEG 12 MP -> 1024x768 bilinear JPEG", large, ["--size", "1024x768", "--filter", "bilinear", "--format", "jpeg"], (1024, 768), Image.BILINEAR, d + "/p.jpg", 6),
        ("JPEG 12 MP -> 1024x768 lanczos JPEG", large, ["--size", "1024x768", "--filter", "lanczos", "--format", "jpeg"], (1024, 768), Image.LANCZOS, d + "/p.jpg", 6),
        ("JPEG 0.4 MP -> PNG (encode)", photo, ["--format", "png"], None, None, d + "/p.png", 8),
    ]:
        link = d + "/" + os.path.basename(path) + "." + what.split()[-1].strip("()") + ".src"
        if not os.path.exists(link): os.symlink(path, link)
        r = turns({"vision": lambda: ours(link, *options, n=n), "pillow": lambda: theirs(lambda: pillow(path, size, filter, out), n)})
        row(what, r["vision"][0], "pillow", r["pillow"][0])
    r = turns({"vision": lambda: ours(d + "/dog.jpg.encode.src" if os.path.exists(d + "/dog.jpg.encode.src") else photo, "--format", "png", n=8),
               "opencv": lambda: theirs(lambda: cv2.imwrite(d + "/c.png", cv2.imread(photo)), 8)})
    row("JPEG 0.4 MP -> PNG (encode)", r["vision"][0], "opencv", r["opencv"][0])

out = a.out or f"Benchmarks/results/{datetime.date.today().isoformat()}.json"
os.makedirs(os.path.dirname(out) or ".", exist_ok=True)
json.dump(results, open(out, "w"), indent=1)
print("written to", out)
