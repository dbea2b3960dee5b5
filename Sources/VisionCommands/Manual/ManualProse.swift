/// What the manual page says beyond the commands' own help.
enum ManualProse {
  static let description = [
    """
    An input is a file, a folder (its images, in sorted order), a glob, @list.txt with a file's name a line, or - for one \
    encoded image on standard input. Results go to standard output, as JSON Lines with --json; progress, notes and errors \
    go to standard error. An image that fails costs one line and exit code 1; the others are done.
    """,
    """
    Every command takes --json, --quiet, --verbose, --threads, --help and --version. Those that run a network print the \
    pipeline that they are with --print-pipeline; the run command runs that file to the same result.
    """,
  ]

  static let environment = [
    ("VISION_HOME", "The folder with Weights and Pipelines, where it does not lie beside the program."),
    ("VISION_CACHE", "Where fetched weights are kept; else XDG_CACHE_HOME/vision, else ~/.cache/vision."),
    ("VISION_PACKED_CACHE", "Megabytes of packed weights kept there at most: 2000; 0 keeps none."),
    ("VISION_MIRROR", "A folder or URL that is asked for weights before their publisher is."),
    ("VISION_ISA", "Kernels: portable, avx2, avx512, avx512_bf16, amx_bf16 (anywhere, slow without AMX)."),
    ("NO_COLOR", "Where set, no colours on terminals."),
  ]

  static let files = [
    ("share/vision/Weights", "Manifests of weights, and the models that come along."),
    ("share/vision/Pipelines", "Pipelines and recipes of training."),
    ("runs/", "Results and training runs, where no other folder is named."),
  ]

  static let exitCodes = [
    ("0", "All is done."),
    ("1", "Some inputs failed, the others are done."),
    ("64", "Wrong usage."),
    ("65", "An input is damaged, or not what it claims to be."),
    ("66", "An input or weights are missing or unreadable."),
    ("70", "A fault of the program."),
    ("73", "An output cannot be created."),
    ("130", "Interrupted."),
  ]
}
