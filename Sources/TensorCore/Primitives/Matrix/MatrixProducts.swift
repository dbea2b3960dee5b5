import CKernels

/// Many matrix products of one size, `[rows, depth] x [depth, columns]`, cut into tiles that run on the thread pool.
///
/// The left matrices are packed once where they serve many tiles, else by the tile; the right ones are packed tile by
/// tile, or are the pixels of an image that a window reads. The cuts depend on the sizes alone, and every output is summed in one order.
package struct MatrixProducts {
  /// One product: the number of its left matrix, where its right matrix begins, where its output goes.
  package struct Product {
    package var left: Int
    package var right: UnsafePointer<Float>
    package var output: UnsafeMutablePointer<Float>
    /// One value a row, or nil.
    package var rowBias: UnsafePointer<Float>?
    /// One value a column, or nil; not both.
    package var columnBias: UnsafePointer<Float>?
  }

  package let rows: Int
  package let columns: Int
  package let depth: Int
  /// Number of products.
  package let count: Int
  /// Number of different left matrices.
  package let leftCount: Int
  /// Floats from one row of a left matrix to the next, and from one term to the next.
  package var leftRowStride: Int
  package var leftDepthStride = 1
  /// Floats from one row of a right matrix to the next; its rows run along the depth where it is transposed.
  package var rightStride: Int
  package var isRightTransposed = false
  /// Floats from one row of an output to the next.
  package var outputStride: Int
  package var isa = KernelISA.current
  /// How output pixels read the right matrix as an image; nil for a plain matrix.
  package var window: vk_convolution_window?

  /// Products of plain row-major matrices.
  package init(rows: Int, columns: Int, depth: Int, count: Int, leftCount: Int) {
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.count = count
    self.leftCount = leftCount
    leftRowStride = depth
    rightStride = columns
    outputStride = columns
  }

  /// Floats of packed rows that are held at a time.
  private static let mostPacked = 1 << 22
  /// Multiplications that make a tile worth handing to a thread.
  private static let grain = 1 << 19

  /// Computes all products: `left` gives a left matrix, `product` a product, by number.
  package func run(left: (Int) -> UnsafePointer<Float>, product: (Int) -> Product) {
    guard rows > 0, columns > 0, count > 0 else { return }
    let panelRows = vk_gemm_panel_rows(isa, rows)
    let panels = (rows + panelRows - 1) / panelRows
    let panelCount = max(panelRows * depth * leftCount, 1)
    let panelsAtOnce = min(panels, max(Self.mostPacked / panelCount, 1))
    let tile = tiling(panelRows)
    if tile.columns >= columns, count == leftCount {
      return multiply(0..<rows, panelRows, nil, tile, left, product)
    }
    Workspace.withFloats(panelsAtOnce * panelCount) { packed in
      for first in stride(from: 0, to: panels, by: panelsAtOnce) {
        let range = first * panelRows..<min((first + panelsAtOnce) * panelRows, rows)
        let leftSize = (range.count + panelRows - 1) / panelRows * panelRows * depth
        pack(range, panelRows, left, into: packed, leftSize)
        multiply(range, panelRows, packed, tile, left, product)
      }
    }
  }

  /// Packs some rows of every left matrix.
  private func pack(
    _ range: Range<Int>, _ panelRows: Int, _ left: (Int) -> UnsafePointer<Float>,
    into packed: UnsafeMutablePointer<Float>, _ leftSize: Int
  ) {
    let panels = (range.count + panelRows - 1) / panelRows
    Parallel.ranges(panels * leftCount, grain: (1 << 16) / max(panelRows * depth, 1)) { chunk in
      for index in chunk {
        let first = index % panels * panelRows, matrix = index / panels
        vk_gemm_pack_a(
          isa, left(matrix) + (range.lowerBound + first) * leftRowStride, leftRowStride, leftDepthStride,
          min(panelRows, range.count - first), depth, panelRows, packed + matrix * leftSize + first * depth)
      }
    }
  }

  /// Computes some rows of every product, tile by tile. Without packed rows every tile packs its own.
  private func multiply(
    _ range: Range<Int>, _ panelRows: Int, _ packed: UnsafePointer<Float>?, _ tile: (rows: Int, columns: Int),
    _ left: (Int) -> UnsafePointer<Float>, _ product: (Int) -> Product
  ) {
    let across = (columns + tile.columns - 1) / tile.columns
    let down = (range.count + tile.rows - 1) / tile.rows
    let leftSize = (range.count + panelRows - 1) / panelRows * panelRows * depth
    let work = max(tile.rows * depth * tile.columns, 1)
    Parallel.ranges(count * down * across, grain: Self.grain / work) { chunk in
      Workspace.withFloats(workspaceCount(tile.columns)) { workspace in
        for index in chunk {
          let column = index % across * tile.columns, row = index / across % down * tile.rows
          let lastColumn = min(column + tile.columns, columns), lastRow = min(row + tile.rows, range.count)
          let product = product(index / across / down)
          var gemm = vk_gemm(
            m: range.count, n: columns, k: depth, panel_rows: panelRows,
            packed_a: packed.map { $0 + product.left * leftSize },
            a: left(product.left) + range.lowerBound * leftRowStride, a_row_stride: leftRowStride,
            a_k_stride: leftDepthStride, b: product.right, b_stride: rightStride, b_transposed: isRightTransposed,
            c: product.output + range.lowerBound * outputStride, c_stride: outputStride,
            row_bias: product.rowBias.map { $0 + range.lowerBound }, column_bias: product.columnBias)
          if var window {
            vk_convolution_run(isa, &gemm, &window, row, lastRow, column, lastColumn, workspace)
          } else {
            vk_gemm_run(isa, &gemm, row, lastRow, column, lastColumn, workspace)
          }
        }
      }
    }
  }

  private func workspaceCount(_ columns: Int) -> Int {
    if var window { return vk_convolution_workspace_count(isa, &window, columns) }
    return vk_gemm_workspace_count(isa, depth, columns)
  }

  /// Rows and columns of a tile: many enough that threads share them evenly, none too small to be worth handing out.
  private func tiling(_ panelRows: Int) -> (rows: Int, columns: Int) {
    let tiling = vk_gemm_get_tiling(isa)
    let panels = (columns + tiling.columns - 1) / tiling.columns
    let rowPanels = (rows + panelRows - 1) / panelRows
    // A tile's columns stay in the second-level cache while all its rows pass.
    let fewest = (panels * tiling.columns + Self.mostColumns - 1) / Self.mostColumns
    let work = Double(rows) * Double(depth) * Double(columns) * Double(count)
    let wanted = (Int(min(work / Double(Self.grain), Self.mostTiles)) + count - 1) / count
    // Cut the longer side: a cut through the columns passes all rows again, one through the rows packs the columns again.
    let across = columns >= rows ? min(max(fewest, wanted), panels) : fewest
    let down = max(min(wanted / across, rowPanels / 4), 1)
    return (
      (rowPanels + down - 1) / down * panelRows, (panels + across - 1) / across * tiling.columns
    )
  }

  /// Most columns of a tile.
  private static let mostColumns = 384
  /// Tiles that are enough for any number of threads, where memory does not ask for more.
  private static let mostTiles = 64.0
}
