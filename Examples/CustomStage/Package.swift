// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "CustomStage",
  dependencies: [.package(name: "vision", path: "../..")],
  targets: [
    .executableTarget(name: "CustomStage", dependencies: [.product(name: "Pipelines", package: "vision")])
  ]
)
