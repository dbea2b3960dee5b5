import Models
import NeuralNetwork
import TensorCore

/// The networks of `Scripts/golden/zoo_training.py` and `initial_weights.py`, by their names there.
enum TrainingNetworks {
  static func network(_ name: String, _ scope: ParameterScope) -> (any Network)? {
    let classes = NetworkOptions(classes: 1000)
    let trained = NetworkOptions(classes: 1000, hasAuxiliaryHeads: true)
    switch name {
    case "lenet": return LeNet(scope, .padded)
    case "nin": return NiN(scope)
    case "alexnet": return AlexNet(scope)
    case "vgg11_bn": return VGG(scope, VGG.Configuration.vgg11.normalized)
    case "googlenet": return GoogLeNet(scope, trained)
    case "inception_v3": return InceptionV3(scope, trained)
    case "resnet18": return ResNet(scope, .resNet18)
    case "resnext50_32x4d": return ResNet(scope, .resNeXt50x32x4)
    case "densenet121": return DenseNet(scope, .denseNet121)
    case "mobilenet_v2": return MobileNetV2(scope)
    case "mobilenet_v3_small": return MobileNetV3(scope, .small())
    case "efficientnet_b0": return EfficientNet(scope, .b0)
    case "efficientnet_v2_s": return EfficientNet(scope, .v2Small)
    case "shufflenet_v2_x1_0": return ShuffleNetV2(scope, .plain)
    case "squeezenet1_1": return SqueezeNet(scope, .version1x1.with(classes))
    case "vit_tiny":
      return VisionTransformer(
        scope, .init(patch: 8, layers: 2, heads: 3, width: 48, hidden: 96, imageSize: 32, classes: 10))
    case "swin_t": return SwinTransformer(scope, .tiny)
    case "swin_v2_t": return SwinTransformer(scope, SwinTransformer.Configuration.tiny.second)
    case "convnext_tiny": return ConvNeXt(scope, .tiny)
    case "unet": return UNet(scope)
    default: return segmenter(name, scope)
    }
  }

  private static func segmenter(_ name: String, _ scope: ParameterScope) -> (any Network)? {
    let options = NetworkOptions(classes: 21, hasAuxiliaryHeads: true)
    switch name {
    case "fcn_resnet50":
      return DenseClassifier.fcn(scope, options) { SegmentationBackbone.resNet($0, .resNet50) }
    case "deeplabv3_mobilenet_v3_large":
      return DenseClassifier.deepLabV3(scope, options) { SegmentationBackbone.mobileNetV3Large($0) }
    case "lraspp_mobilenet_v3_large":
      return LRASPP(scope, classes: 21) { SegmentationBackbone.mobileNetV3Large($0) }
    default: return nil
    }
  }
}
