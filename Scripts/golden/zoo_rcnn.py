"""PyTorch references of region-based detectors that torchvision does not have."""
import torch
import torchvision
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead


class VGGFeatures(torch.nn.Module):
    """VGG-16 up to its last convolution (conv5_3), at a sixteenth of the image's size."""

    out_channels = 512

    def __init__(self):
        super().__init__()
        self.features = torchvision.models.vgg16(weights=None).features[:-1]

    def forward(self, x):
        return {"0": self.features(x)}


class SingleScaleRoIPool(torch.nn.Module):
    """RoI max pooling in the place of torchvision's MultiScaleRoIAlign."""

    def forward(self, features, boxes, image_shapes):
        return torchvision.ops.roi_pool(features["0"], boxes, output_size=7, spatial_scale=1 / 16)


def fasterrcnn_vgg16(classes=21):
    """Faster R-CNN as in the paper (Ren et al. 2015): VGG-16, RoI pooling, nine anchors a cell, 300 proposals."""
    model = FasterRCNN(
        VGGFeatures(), min_size=600, max_size=1000, rpn_anchor_generator=AnchorGenerator(((128, 256, 512),), ((0.5, 1.0, 2.0),)),
        rpn_pre_nms_top_n_test=6000, rpn_post_nms_top_n_test=300, box_head=TwoMLPHead(512 * 7 * 7, 4096),
        box_predictor=FastRCNNPredictor(4096, classes))
    model.roi_heads.box_roi_pool = SingleScaleRoIPool()
    return model.eval()


BUILDERS = {"fasterrcnn_vgg16": fasterrcnn_vgg16}
