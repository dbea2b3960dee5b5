import Imaging
import Models

/// The style networks of the catalog.
public enum StyleTransferEntries {
  /// All of them.
  public static let all: [ModelEntry] = [
    (id: "transformer_net", width: 32, weights: nil, summary: "Johnson's feed-forward style network, 32 base channels"),
    (
      id: "transformer_net_nc16", width: 16, weights: "style_waves",
      summary: "the same with 16 base channels: four times as fast"
    ),
  ].map { (id: String, width: Int, weights: String?, summary: String) in
    ModelEntry(
      id: id, task: .styleTransfer, family: "TransformerNet", summary: summary,
      paper: "Johnson et al. 2016, arXiv 1603.08155; Ulyanov et al. 2016, arXiv 1607.08022",
      options: NetworkOptions(classes: 0),
      // PyTorch 0.3 kept statistics that instance normalisation never read.
      obsoleteSuffixes: [".running_mean", ".running_var"], inputSize: ImageSize(width: 256, height: 256),
      contract: { try InputContract(size: nil, fit: .none, scale: 1) }, defaultWeights: weights,
      builder: .network { scope, _ in TransformerNet(scope, width: width) })
  }
}
