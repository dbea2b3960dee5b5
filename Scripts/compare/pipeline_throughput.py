"""A pipeline's throughput beside that of its bare network, on a machine that others use, too.

The pipeline and `vision benchmark --interactive` take turns of a second: one is stopped (SIGSTOP) while the other
runs, so that both see the same weather. Prints pictures a second of both and their ratio.

    python3 Scripts/compare/pipeline_throughput.py --batch 4 --threads 1 -- classify PHOTOS --model resnet18 --json
"""

import argparse
import os
import signal
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--vision", default=".build/release/vision")
parser.add_argument("--model", default="resnet18", help="the bare network")
parser.add_argument("--batch", type=int, default=1, help="of both")
parser.add_argument("--bare-batch", type=int, help="of the bare network, where it is faster with another one")
parser.add_argument("--threads", type=int, default=1, help="of the network")
parser.add_argument("--slice", type=float, default=1.0, help="seconds of a turn")
parser.add_argument("--input-size", help="of the bare network")
parser.add_argument("--photos", type=int, required=True, help="how many pictures the pipeline reads")
parser.add_argument("command", nargs="+", help="the pipeline's command and its arguments")
options = parser.parse_args()

bare_batch = options.bare_batch or options.batch
common = ["--threads", str(options.threads)]
size = ["--input-size", options.input_size] if options.input_size else []
bare = subprocess.Popen(
    [options.vision, "benchmark", options.model, "--interactive", "--batch", str(bare_batch), *common, *size],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def run_bare(seconds):
    bare.stdin.write(f"RUN {seconds}\n")
    bare.stdin.flush()
    while True:
        line = bare.stdout.readline()
        if not line:
            sys.exit("the bare network ended")
        if line.startswith("TIMES"):
            return [float(value) for value in line.split()[1:]]


run_bare(options.slice)
times = []
spent = 0.0
start = time.perf_counter()
pipeline = subprocess.Popen(
    [options.vision, *options.command, "--batch", str(options.batch), *common, "--quiet"], stdout=subprocess.DEVNULL)
while True:
    try:
        pipeline.wait(timeout=options.slice)
    except subprocess.TimeoutExpired:
        os.kill(pipeline.pid, signal.SIGSTOP)
        spent += time.perf_counter() - start
        times += run_bare(options.slice)
        start = time.perf_counter()
        os.kill(pipeline.pid, signal.SIGCONT)
        continue
    spent += time.perf_counter() - start
    break
bare.stdin.write("QUIT\n")
bare.stdin.close()
if pipeline.returncode != 0:
    sys.exit(f"the pipeline ended with {pipeline.returncode}")
rate = len(times) * bare_batch / sum(times)
print(f"{' '.join(options.command[:1])} {options.model} batch {options.batch} threads {options.threads}: "
      f"{options.photos / spent:.1f} pictures/s of {rate:.1f} bare, {options.photos / spent / rate:.3f}")
