/// Which part of a plan that was divided among machines a run was.
package struct AttestedPart: Sendable, Hashable, Codable {
    /// Its name in the matrix.
    package var id: String
    /// From 1.
    package var index: Int
    package var count: Int
    /// SHA-256 of the whole matrix, so that parts of different divisions are never put together.
    package var matrix: String

    package init(id: String, index: Int, count: Int, matrix: String) {
        self.id = id
        self.index = index
        self.count = count
        self.matrix = matrix
    }

    /// The part that a run was by its own record; `nil` where it ran everything there is.
    package init?(_ parts: RunRecord.PartsRecord) {
        guard !parts.isWhole else { return nil }
        self.init(id: "\(parts.index)/\(parts.count)", index: parts.index, count: parts.count, matrix: parts.matrix)
    }

    var json: JSONValue {
        ["id": .text(id), "index": .number(index), "count": .number(count), "matrix": .text(matrix)]
    }

    /// Reads what a verified statement says; `nil` where it is none.
    init?(_ value: JSONValue) {
        guard let id = value["id"].string, let index = value["index"].integer, let count = value["count"].integer,
            let matrix = value["matrix"].string, index >= 1, index <= count
        else { return nil }
        self.init(id: id, index: index, count: count, matrix: matrix)
    }
}
