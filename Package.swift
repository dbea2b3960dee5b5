// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 language mode comes with the tools version.
let swiftSettings: [SwiftSetting] = [.treatAllWarnings(as: .error)]
/// SwiftPM compiles C at -O2 in release and -O0 in debug.
let cSettings: [CSetting] = [.define("NDEBUG", .when(configuration: .release))]

func module(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}
func cModule(_ name: String, _ dependencies: Target.Dependency...) -> Target {
  .target(name: name, dependencies: dependencies, cSettings: cSettings)
}
/// Tests read their goldens by path, beside themselves: SwiftPM need not know those files.
func tests(_ name: String, _ dependencies: Target.Dependency..., goldens: [String] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
    exclude: goldens.map { $0 + "/Goldens" }, swiftSettings: swiftSettings)
}

let package = Package(
  name: "vision",
  products: [
    .executable(name: "vision", targets: ["vision"]),
    .library(name: "Pipelines", targets: ["Pipelines"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // Storey 0: C kernels, system libraries, what the machine gives.
    cModule("CKernels"),
    .systemLibrary(name: "CZLIB", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg62-turbo-dev"])]),
    // Loaded by dlopen at the first pull: no pkgConfig, so that nothing links it.
    .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    cModule("CImageCodecs", "CZLIB", "CJPEG"),
    cModule("CSupport"),
    module("Support", "CSupport"),
    // Storey 1
    module("TensorCore", "CKernels", "Support"),
    module("Imaging", "CKernels", "CImageCodecs", "Support"),
    module("Configuration", "CYAML", "Support"),
    // Storey 2
    module("Inference", "TensorCore", "CKernels", "Support"),
    module("NeuralNetwork", "TensorCore", "CKernels"),
    module("Checkpoints", "TensorCore", "Imaging", "Support", .product(name: "Crypto", package: "swift-crypto")),
    module("Downloads", "Checkpoints", "CCurl", "Support"),
    module("Augmentation", "Imaging", "TensorCore", "Configuration", "Support", "CKernels"),
    // Storey 3
    module("Models", "NeuralNetwork", "Checkpoints", "Imaging", "Support"),
    module("Datasets", "Augmentation", "Imaging", "Support", "TensorCore", "CSupport", "CZLIB", "CExpat"),
    // Storey 4
    module(
      "Training", "Models", "Datasets", "Augmentation", "Checkpoints", "Configuration", "Inference", "NeuralNetwork",
      "TensorCore", "Imaging", "Support"),
    // Storey 5
    module("Classification", "Training", "Inference", "Models", "Augmentation", "Imaging", "Support"),
    module(
      "Segmentation", "Training", "Inference", "Models", "Datasets", "Augmentation", "Imaging", "Support"),
    module("StyleTransfer", "Training", "Inference", "Models", "Augmentation", "Imaging", "Support"),
    module(
      "Detection", "Training", "Inference", "Models", "Datasets", "Augmentation", "Imaging", "Support", "CKernels"),
    // Storey 6
    module(
      "Catalog", "Inference", "Training", "Classification", "Detection", "Segmentation", "StyleTransfer", "Downloads"),
    // Storey 7
    module("Pipelines", "Catalog", "Training", "Datasets", "Configuration"),
    // Storey 8
    module(
      "VisionCommands", "Pipelines", "Catalog", "Training", "Datasets",
      .product(name: "ArgumentParser", package: "swift-argument-parser")),
    .executableTarget(name: "vision", dependencies: ["VisionCommands"], swiftSettings: swiftSettings),
    // Times kernels against each other for the table that chooses among them: make tune.
    .executableTarget(
      name: "Tuning", dependencies: ["Inference", "TensorCore", "CKernels"], swiftSettings: swiftSettings),
    // The example package's own sources, so that it is built and tested with everything; like it, they see only what is public.
    .executableTarget(
      name: "CustomStage", dependencies: ["Pipelines", "Configuration", "Imaging"],
      path: "Examples/CustomStage/Sources/CustomStage", packageAccess: false, swiftSettings: swiftSettings),
    // Tests
    tests("Support"),
    tests("Configuration", "Support"),
    tests("NeuralNetwork", goldens: ["Losses", "Optimizers", "Schedules"]),
    tests("Inference", "TensorCore", "CKernels"),
    tests("Augmentation", "CKernels", goldens: ["Transforms"]),
    tests("Datasets", "Imaging", "Support", "Augmentation", goldens: ["Files"]),
    tests("Training", "Imaging", "TensorCore", "Support", goldens: ["Metrics"]),
    tests("Catalog", "Inference", goldens: ["Training", "Zoo"]),
    tests("Pipelines", "Configuration"),
    tests(
      "TensorCore", "CKernels",
      goldens: [
        "Convolution", "Elementwise", "Interpolation", "Matrix", "Normalization", "Pooling", "Reductions", "Regions",
        "Shape",
      ]
      .map { "Primitives/" + $0 } + ["Gradients"]),
    tests(
      "Imaging", "CKernels",
      goldens: ["Codecs", "Contract", "Geometry", "Resize"]),
    tests(
      "Checkpoints",
      goldens: ["Manifests", "PyTorch", "SafeTensors"]),
    tests("Downloads", "Checkpoints"),
    tests(
      "Models", "Checkpoints",
      goldens: ["Classification", "Darknet", "Explaining", "Training", "YOLOX"]),
    tests(
      "Detection", "CKernels", "Training", "Imaging",
      goldens: ["Anchors", "Metrics", "Training", "Networks/OneStage", "Networks/RCNN", "Networks/Shared", "Operators"]),
    tests("Segmentation", "Training", "Datasets", goldens: ["Segmenter", "Training"]),
    tests(
      "StyleTransfer", "Checkpoints", "Inference", "Training",
      goldens: ["Optimizing", "Stylizer", "Training"]),
    .testTarget(
      name: "VisionCommandsTests", dependencies: ["Imaging", "TestSupport"], exclude: ["Goldens"],
      swiftSettings: swiftSettings),
    .target(
      name: "TestSupport", dependencies: ["NeuralNetwork", "TensorCore"], path: "Tests/TestSupport",
      swiftSettings: swiftSettings),
  ]
)
