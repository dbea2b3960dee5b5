// swift-format-ignore-file
// Written by Scripts/embed_weights.py from Weights/; a test compares the two.

/// The manifests and label lists of `Weights/`, by their path in it.
enum BuiltInFiles {
  static let texts: [String: String] = [
    "labels/coco80.txt": ##"""
      person
      bicycle
      car
      motorcycle
      airplane
      bus
      train
      truck
      boat
      traffic light
      fire hydrant
      stop sign
      parking meter
      bench
      bird
      cat
      dog
      horse
      sheep
      cow
      elephant
      bear
      zebra
      giraffe
      backpack
      umbrella
      handbag
      tie
      suitcase
      frisbee
      skis
      snowboard
      sports ball
      kite
      baseball bat
      baseball glove
      skateboard
      surfboard
      tennis racket
      bottle
      wine glass
      cup
      fork
      knife
      spoon
      bowl
      banana
      apple
      sandwich
      orange
      broccoli
      carrot
      hot dog
      pizza
      donut
      cake
      chair
      couch
      potted plant
      bed
      dining table
      toilet
      tv
      laptop
      mouse
      remote
      keyboard
      cell phone
      microwave
      oven
      toaster
      sink
      refrigerator
      book
      clock
      vase
      scissors
      teddy bear
      hair drier
      toothbrush

      """##,
    "labels/coco80_ids.txt": ##"""
      1
      2
      3
      4
      5
      6
      7
      8
      9
      10
      11
      13
      14
      15
      16
      17
      18
      19
      20
      21
      22
      23
      24
      25
      27
      28
      31
      32
      33
      34
      35
      36
      37
      38
      39
      40
      41
      42
      43
      44
      46
      47
      48
      49
      50
      51
      52
      53
      54
      55
      56
      57
      58
      59
      60
      61
      62
      63
      64
      65
      67
      70
      72
      73
      74
      75
      76
      77
      78
      79
      80
      81
      82
      84
      85
      86
      87
      88
      89
      90

      """##,
    "labels/voc20.txt": ##"""
      aeroplane
      bicycle
      bird
      boat
      bottle
      bus
      car
      cat
      chair
      cow
      diningtable
      dog
      horse
      motorbike
      person
      pottedplant
      sheep
      sofa
      train
      tvmonitor

      """##,
    "mobilenetv2_yolov3_nano.json": ##"""
      {
        "id": "mobilenetv2_yolov3_nano",
        "model": "mobilenetv2_yolov3_nano",
        "task": "detection",
        "format": "darknet",
        "weights": {
          "name": "MobileNetV2-YOLOv3-Nano-voc.weights",
          "bytes": 3079020,
          "sha256": "3dc752a0dee830fb974bfd518d88df924d1eef03868e551786d606cd0f81c210",
          "hashSource": "computed from a copy of the file in the publisher's repository",
          "urls": []
        },
        "configuration": {
          "name": "MobileNetV2-YOLOv3-Nano-voc.cfg",
          "bytes": 7009,
          "sha256": "671b726a719f21cb72d80326195be8ab6862361479ee5d1d4528ed68ae9d6a6b",
          "hashSource": "computed from a copy of the file in the publisher's repository",
          "urls": [
            "https://raw.githubusercontent.com/dog-qiuqiu/MobileNet-Yolo/master/MobileNetV2-YOLOv3-Nano/VOC/MobileNetV2-YOLOv3-Nano-voc.cfg"
          ]
        },
        "licence": "public domain (YOLO LICENSE v2, darknet LICENSE)",
        "source": "https://github.com/dog-qiuqiu/MobileNet-Yolo",
        "paper": "dog-qiuqiu/MobileNet-Yolo 2020 (no paper); Redmon and Farhadi 2018, arXiv 1804.02767",
        "metrics": [
          {
            "name": "AP50",
            "value": 65.27,
            "data": "Pascal VOC",
            "note": "320x320, README; it does not say which year"
          }
        ],
        "inputContract": {
          "size": [
            320,
            320
          ],
          "fit": "letterbox",
          "anchor": "center",
          "padding": 127.5,
          "filter": "darknet-bilinear",
          "channels": "rgb",
          "scale": 0.00392156862745098,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "voc20.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100
        }
      }

      """##,
    "yolo_fastest_1_1_xl.json": ##"""
      {
        "id": "yolo_fastest_1_1_xl",
        "model": "yolo_fastest_1_1_xl",
        "task": "detection",
        "format": "darknet",
        "weights": {
          "name": "yolo-fastest-1.1-xl.weights",
          "bytes": 3693964,
          "sha256": "fac5fb41786c1f38f04972a658443b189f48720d7d117f9a044100e98a35b0c5",
          "hashSource": "computed from a copy of the file in the publisher's repository",
          "urls": [
            "https://raw.githubusercontent.com/dog-qiuqiu/Yolo-Fastest/master/ModelZoo/yolo-fastest-1.1_coco/yolo-fastest-1.1-xl.weights"
          ]
        },
        "configuration": {
          "name": "yolo-fastest-1.1-xl.cfg",
          "bytes": 9696,
          "sha256": "c458427acc4fbeabceff4528ef7b65b066c0308ce599460f8ba299eba63abad3",
          "hashSource": "computed from a copy of the file in the publisher's repository",
          "urls": [
            "https://raw.githubusercontent.com/dog-qiuqiu/Yolo-Fastest/master/ModelZoo/yolo-fastest-1.1_coco/yolo-fastest-1.1-xl.cfg"
          ]
        },
        "licence": "public domain (YOLO LICENSE v2, darknet LICENSE)",
        "source": "https://github.com/dog-qiuqiu/Yolo-Fastest",
        "paper": "Qiuqiu 2021, doi 10.5281/zenodo.4030332",
        "metrics": [
          {
            "name": "AP50",
            "value": 34.33,
            "data": "COCO val2017",
            "note": "320x320, the repository's README"
          }
        ],
        "inputContract": {
          "size": [
            320,
            320
          ],
          "fit": "letterbox",
          "anchor": "center",
          "padding": 127.5,
          "filter": "darknet-bilinear",
          "channels": "rgb",
          "scale": 0.00392156862745098,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "coco80.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100,
          "categoryIds": "coco80_ids.txt"
        }
      }

      """##,
    "yolov2.json": ##"""
      {
        "id": "yolov2",
        "model": "yolov2",
        "task": "detection",
        "format": "darknet",
        "weights": {
          "name": "yolov2.weights",
          "approximateBytes": 203934260,
          "sha256": "d9945162ed6f54ce1a901e3ec537bdba4d572ecae7873087bd730e5a7942df3f",
          "hashSource": "stated for this file by the weight converter of the Lucid framework and another public project",
          "urls": [
            "https://pjreddie.com/media/files/yolov2.weights",
            "https://github.com/hank-ai/darknet/releases/download/v2.0/yolov2.weights"
          ]
        },
        "configuration": {
          "name": "yolov2.cfg",
          "sha256": "57d85d77262c840b56ad5418faae4950d9c7727e0192fb70618eeaac26a19817",
          "hashSource": "stated for this file by the YOLO downloader of a TensorFlow port",
          "urls": [
            "https://raw.githubusercontent.com/AlexeyAB/darknet/master/cfg/yolov2.cfg"
          ]
        },
        "licence": "public domain (darknet LICENSE)",
        "source": "https://pjreddie.com/darknet/yolov2/",
        "paper": "Redmon and Farhadi 2016, arXiv 1612.08242",
        "metrics": [
          {
            "name": "AP50",
            "value": 48.1,
            "data": "COCO test-dev",
            "note": "608x608, darknet page"
          }
        ],
        "inputContract": {
          "size": [
            608,
            608
          ],
          "fit": "letterbox",
          "anchor": "center",
          "padding": 127.5,
          "filter": "darknet-bilinear",
          "channels": "rgb",
          "scale": 0.00392156862745098,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "coco80.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100,
          "categoryIds": "coco80_ids.txt"
        }
      }

      """##,
    "yolov2_tiny_voc.json": ##"""
      {
        "id": "yolov2_tiny_voc",
        "model": "yolov2_tiny_voc",
        "task": "detection",
        "format": "darknet",
        "weights": {
          "name": "yolov2-tiny-voc.weights",
          "approximateBytes": 63471560,
          "urls": [
            "https://pjreddie.com/media/files/yolov2-tiny-voc.weights"
          ]
        },
        "configuration": {
          "name": "yolov2-tiny-voc.cfg",
          "bytes": 1456,
          "sha256": "1e012b455b845579096378b0ab4a82f1d9cb53b3b1282724a6de5d45537cb7e6",
          "hashSource": "computed from a copy of the file in the publisher's repository",
          "urls": [
            "https://raw.githubusercontent.com/pjreddie/darknet/master/cfg/yolov2-tiny-voc.cfg"
          ]
        },
        "licence": "public domain (darknet LICENSE)",
        "source": "https://pjreddie.com/darknet/yolov2/",
        "paper": "Redmon and Farhadi 2016, arXiv 1612.08242",
        "metrics": [
          {
            "name": "AP50",
            "value": 57.1,
            "data": "VOC 2007 test",
            "note": "416x416, darknet page"
          }
        ],
        "inputContract": {
          "size": [
            416,
            416
          ],
          "fit": "letterbox",
          "anchor": "center",
          "padding": 127.5,
          "filter": "darknet-bilinear",
          "channels": "rgb",
          "scale": 0.00392156862745098,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "voc20.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100
        },
        "note": "No hash of the weights could be found: the first pull records it."
      }

      """##,
    "yolov3.json": ##"""
      {
        "id": "yolov3",
        "model": "yolov3",
        "task": "detection",
        "format": "darknet",
        "weights": {
          "name": "yolov3.weights",
          "bytes": 248007048,
          "sha256": "523e4e69e1d015393a1b0a441cef1d9c7659e3eb2d7e15f793f060a21b32f297",
          "hashSource": "stated for this file by the AUR package zmeventnotification and other public projects",
          "urls": [
            "https://pjreddie.com/media/files/yolov3.weights",
            "https://github.com/hank-ai/darknet/releases/download/v2.0/yolov3.weights"
          ]
        },
        "configuration": {
          "name": "yolov3.cfg",
          "bytes": 8342,
          "sha256": "22489ea38575dfa36c67a90048e8759576416a79d32dc11e15d2217777b9a953",
          "hashSource": "computed from a copy of the file in the publisher's repository",
          "urls": [
            "https://raw.githubusercontent.com/pjreddie/darknet/master/cfg/yolov3.cfg"
          ]
        },
        "licence": "public domain (darknet LICENSE)",
        "source": "https://pjreddie.com/darknet/yolo/",
        "paper": "Redmon and Farhadi 2018, arXiv 1804.02767",
        "metrics": [
          {
            "name": "AP50",
            "value": 55.3,
            "data": "COCO test-dev",
            "note": "416x416, darknet page"
          },
          {
            "name": "AP50",
            "value": 57.9,
            "data": "COCO test-dev",
            "note": "608x608, darknet page"
          }
        ],
        "inputContract": {
          "size": [
            608,
            608
          ],
          "fit": "letterbox",
          "anchor": "center",
          "padding": 127.5,
          "filter": "darknet-bilinear",
          "channels": "rgb",
          "scale": 0.00392156862745098,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "coco80.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100,
          "categoryIds": "coco80_ids.txt"
        }
      }

      """##,
    "yolov3_tiny.json": ##"""
      {
        "id": "yolov3_tiny",
        "model": "yolov3_tiny",
        "task": "detection",
        "format": "darknet",
        "weights": {
          "name": "yolov3-tiny.weights",
          "bytes": 35434956,
          "sha256": "dccea06f59b781ec1234ddf8d1e94b9519a97f4245748a7d4db75d5b7080a42c",
          "hashSource": "stated for this file by the AUR package zmeventnotification and other public projects",
          "urls": [
            "https://pjreddie.com/media/files/yolov3-tiny.weights",
            "https://github.com/hank-ai/darknet/releases/download/v2.0/yolov3-tiny.weights"
          ]
        },
        "configuration": {
          "name": "yolov3-tiny.cfg",
          "bytes": 1915,
          "sha256": "84eb7a675ef87c906019ff5a6e0effe275d175adb75100dcb47f0727917dc2c7",
          "hashSource": "computed from a copy of the file in the publisher's repository",
          "urls": [
            "https://raw.githubusercontent.com/pjreddie/darknet/master/cfg/yolov3-tiny.cfg"
          ]
        },
        "licence": "public domain (darknet LICENSE)",
        "source": "https://pjreddie.com/darknet/yolo/",
        "paper": "Redmon and Farhadi 2018, arXiv 1804.02767",
        "metrics": [
          {
            "name": "AP50",
            "value": 33.1,
            "data": "COCO test-dev",
            "note": "416x416, darknet page"
          }
        ],
        "inputContract": {
          "size": [
            416,
            416
          ],
          "fit": "letterbox",
          "anchor": "center",
          "padding": 127.5,
          "filter": "darknet-bilinear",
          "channels": "rgb",
          "scale": 0.00392156862745098,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "coco80.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100,
          "categoryIds": "coco80_ids.txt"
        }
      }

      """##,
    "yolov4.json": ##"""
      {
        "id": "yolov4",
        "model": "yolov4",
        "task": "detection",
        "format": "darknet",
        "weights": {
          "name": "yolov4.weights",
          "bytes": 257717640,
          "sha256": "e8a4f6c62188738d86dc6898d82724ec0964d0eb9d2ae0f0a9d53d65d108d562",
          "hashSource": "stated for this file by the AUR package zmeventnotification and other public projects",
          "urls": [
            "https://github.com/AlexeyAB/darknet/releases/download/darknet_yolo_v3_optimal/yolov4.weights"
          ]
        },
        "configuration": {
          "name": "yolov4.cfg",
          "sha256": "a6d0f8e5c62cc8378384f75a8159b95fa2964d4162e33351b00ac82e0fc46a34",
          "hashSource": "stated for this file by the AUR package zmeventnotification and other public projects",
          "urls": [
            "https://raw.githubusercontent.com/AlexeyAB/darknet/master/cfg/yolov4.cfg"
          ]
        },
        "licence": "public domain (darknet LICENSE)",
        "source": "https://github.com/AlexeyAB/darknet",
        "paper": "Bochkovskiy et al. 2020, arXiv 2004.10934",
        "metrics": [
          {
            "name": "AP50",
            "value": 65.7,
            "data": "COCO test-dev2017",
            "note": "608x608, README"
          },
          {
            "name": "AP",
            "value": 43.5,
            "data": "COCO test-dev2017",
            "note": "608x608, README"
          }
        ],
        "inputContract": {
          "size": [
            608,
            608
          ],
          "fit": "letterbox",
          "anchor": "center",
          "padding": 127.5,
          "filter": "darknet-bilinear",
          "channels": "rgb",
          "scale": 0.00392156862745098,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "coco80.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100,
          "categoryIds": "coco80_ids.txt"
        }
      }

      """##,
    "yolov4_tiny.json": ##"""
      {
        "id": "yolov4_tiny",
        "model": "yolov4_tiny",
        "task": "detection",
        "format": "darknet",
        "weights": {
          "name": "yolov4-tiny.weights",
          "approximateBytes": 24251276,
          "sha256": "cf9fbfd0f6d4869b35762f56100f50ed05268084078805f0e7989efe5bb8ca87",
          "hashSource": "stated for this file by the AUR package zmeventnotification and other public projects",
          "urls": [
            "https://github.com/AlexeyAB/darknet/releases/download/yolov4/yolov4-tiny.weights",
            "https://github.com/hank-ai/darknet/releases/download/v2.0/yolov4-tiny.weights"
          ]
        },
        "configuration": {
          "name": "yolov4-tiny.cfg",
          "sha256": "f858e3724962eedf3ac44e3b6cb3f0c3d9ed067c306bb831f539c578b924c90e",
          "hashSource": "stated for this file by the AUR package zmeventnotification and other public projects",
          "urls": [
            "https://raw.githubusercontent.com/AlexeyAB/darknet/master/cfg/yolov4-tiny.cfg"
          ]
        },
        "licence": "public domain (darknet LICENSE)",
        "source": "https://github.com/AlexeyAB/darknet",
        "paper": "Wang et al. 2020, arXiv 2011.08036",
        "metrics": [
          {
            "name": "AP50",
            "value": 40.2,
            "data": "COCO test-dev2017",
            "note": "416x416, README"
          }
        ],
        "inputContract": {
          "size": [
            416,
            416
          ],
          "fit": "letterbox",
          "anchor": "center",
          "padding": 127.5,
          "filter": "darknet-bilinear",
          "channels": "rgb",
          "scale": 0.00392156862745098,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "coco80.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100,
          "categoryIds": "coco80_ids.txt"
        }
      }

      """##,
    "yolox_l.json": ##"""
      {
        "id": "yolox_l",
        "model": "yolox_l",
        "task": "detection",
        "format": "pytorch",
        "weights": {
          "name": "yolox_l.pth",
          "approximateBytes": 433600000,
          "urls": [
            "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_l.pth"
          ]
        },
        "licence": "Apache-2.0",
        "source": "https://github.com/Megvii-BaseDetection/YOLOX",
        "paper": "Ge et al. 2021, arXiv 2107.08430",
        "metrics": [
          {
            "name": "AP",
            "value": 49.7,
            "data": "COCO val2017",
            "note": "640x640, YOLOX README"
          },
          {
            "name": "AP",
            "value": 50.1,
            "data": "COCO test-dev2017",
            "note": "640x640, YOLOX README"
          }
        ],
        "inputContract": {
          "size": [
            640,
            640
          ],
          "fit": "letterbox",
          "anchor": "topLeft",
          "padding": 114,
          "filter": "opencv-bilinear",
          "channels": "bgr",
          "scale": 1,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "coco80.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100,
          "categoryIds": "coco80_ids.txt"
        },
        "note": "54.2 M parameters, 155.6 GFLOPs as published. The file holds the optimiser state too. The publisher states no length; the one here is reckoned from the number of parameters."
      }

      """##,
    "yolox_m.json": ##"""
      {
        "id": "yolox_m",
        "model": "yolox_m",
        "task": "detection",
        "format": "pytorch",
        "weights": {
          "name": "yolox_m.pth",
          "approximateBytes": 202400000,
          "urls": [
            "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_m.pth"
          ]
        },
        "licence": "Apache-2.0",
        "source": "https://github.com/Megvii-BaseDetection/YOLOX",
        "paper": "Ge et al. 2021, arXiv 2107.08430",
        "metrics": [
          {
            "name": "AP",
            "value": 46.9,
            "data": "COCO val2017",
            "note": "640x640, YOLOX README"
          },
          {
            "name": "AP",
            "value": 47.2,
            "data": "COCO test-dev2017",
            "note": "640x640, YOLOX README"
          }
        ],
        "inputContract": {
          "size": [
            640,
            640
          ],
          "fit": "letterbox",
          "anchor": "topLeft",
          "padding": 114,
          "filter": "opencv-bilinear",
          "channels": "bgr",
          "scale": 1,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "coco80.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100,
          "categoryIds": "coco80_ids.txt"
        },
        "note": "25.3 M parameters, 73.8 GFLOPs as published. The file holds the optimiser state too. The publisher states no length; the one here is reckoned from the number of parameters."
      }

      """##,
    "yolox_nano.json": ##"""
      {
        "id": "yolox_nano",
        "model": "yolox_nano",
        "task": "detection",
        "format": "pytorch",
        "weights": {
          "name": "yolox_nano.pth",
          "approximateBytes": 7280000,
          "sha256": "cd28f55fbbc1829f99d9ac9b38a16d259a22889739c8728ea877610201feff7b",
          "hashSource": "stated for this release asset by several public projects that start from it; Megvii publishes none",
          "urls": [
            "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_nano.pth"
          ]
        },
        "licence": "Apache-2.0",
        "source": "https://github.com/Megvii-BaseDetection/YOLOX",
        "paper": "Ge et al. 2021, arXiv 2107.08430",
        "metrics": [
          {
            "name": "AP",
            "value": 25.8,
            "data": "COCO val2017",
            "note": "416x416, YOLOX README"
          }
        ],
        "inputContract": {
          "size": [
            416,
            416
          ],
          "fit": "letterbox",
          "anchor": "topLeft",
          "padding": 114,
          "filter": "opencv-bilinear",
          "channels": "bgr",
          "scale": 1,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "coco80.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100,
          "categoryIds": "coco80_ids.txt"
        },
        "note": "0.91 M parameters, 1.08 GFLOPs as published. The file holds the optimiser state too. The publisher states no length; the one here is reckoned from the number of parameters."
      }

      """##,
    "yolox_s.json": ##"""
      {
        "id": "yolox_s",
        "model": "yolox_s",
        "task": "detection",
        "format": "pytorch",
        "weights": {
          "name": "yolox_s.pth",
          "approximateBytes": 72000000,
          "urls": [
            "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_s.pth"
          ]
        },
        "licence": "Apache-2.0",
        "source": "https://github.com/Megvii-BaseDetection/YOLOX",
        "paper": "Ge et al. 2021, arXiv 2107.08430",
        "metrics": [
          {
            "name": "AP",
            "value": 40.5,
            "data": "COCO val2017",
            "note": "640x640, YOLOX README"
          },
          {
            "name": "AP",
            "value": 40.5,
            "data": "COCO test-dev2017",
            "note": "640x640, YOLOX README"
          }
        ],
        "inputContract": {
          "size": [
            640,
            640
          ],
          "fit": "letterbox",
          "anchor": "topLeft",
          "padding": 114,
          "filter": "opencv-bilinear",
          "channels": "bgr",
          "scale": 1,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "coco80.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100,
          "categoryIds": "coco80_ids.txt"
        },
        "note": "9.0 M parameters, 26.8 GFLOPs as published. The file holds the optimiser state too. The publisher states no length; the one here is reckoned from the number of parameters."
      }

      """##,
    "yolox_tiny.json": ##"""
      {
        "id": "yolox_tiny",
        "model": "yolox_tiny",
        "task": "detection",
        "format": "pytorch",
        "weights": {
          "name": "yolox_tiny.pth",
          "approximateBytes": 40480000,
          "urls": [
            "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_tiny.pth"
          ]
        },
        "licence": "Apache-2.0",
        "source": "https://github.com/Megvii-BaseDetection/YOLOX",
        "paper": "Ge et al. 2021, arXiv 2107.08430",
        "metrics": [
          {
            "name": "AP",
            "value": 32.8,
            "data": "COCO val2017",
            "note": "416x416, YOLOX README"
          }
        ],
        "inputContract": {
          "size": [
            416,
            416
          ],
          "fit": "letterbox",
          "anchor": "topLeft",
          "padding": 114,
          "filter": "opencv-bilinear",
          "channels": "bgr",
          "scale": 1,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "coco80.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100,
          "categoryIds": "coco80_ids.txt"
        },
        "note": "5.06 M parameters, 6.45 GFLOPs as published. The file holds the optimiser state too. The publisher states no length; the one here is reckoned from the number of parameters."
      }

      """##,
    "yolox_x.json": ##"""
      {
        "id": "yolox_x",
        "model": "yolox_x",
        "task": "detection",
        "format": "pytorch",
        "weights": {
          "name": "yolox_x.pth",
          "approximateBytes": 792800000,
          "urls": [
            "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_x.pth"
          ]
        },
        "licence": "Apache-2.0",
        "source": "https://github.com/Megvii-BaseDetection/YOLOX",
        "paper": "Ge et al. 2021, arXiv 2107.08430",
        "metrics": [
          {
            "name": "AP",
            "value": 51.1,
            "data": "COCO val2017",
            "note": "640x640, YOLOX README"
          },
          {
            "name": "AP",
            "value": 51.5,
            "data": "COCO test-dev2017",
            "note": "640x640, YOLOX README"
          }
        ],
        "inputContract": {
          "size": [
            640,
            640
          ],
          "fit": "letterbox",
          "anchor": "topLeft",
          "padding": 114,
          "filter": "opencv-bilinear",
          "channels": "bgr",
          "scale": 1,
          "mean": [
            0,
            0,
            0
          ],
          "std": [
            1,
            1,
            1
          ]
        },
        "labels": "coco80.txt",
        "postprocessing": {
          "confidence": 0.25,
          "iou": 0.45,
          "maxDetections": 100,
          "categoryIds": "coco80_ids.txt"
        },
        "note": "99.1 M parameters, 281.9 GFLOPs as published. The file holds the optimiser state too. The publisher states no length; the one here is reckoned from the number of parameters."
      }

      """##,
  ]
}
