import GateCore

/// Reads what a user names of a scope on the command line.
enum ScopeInput {
    private static let mostOfRecord = 16 << 20

    /// - Parameter evidence: each as `row=folder`; a folder of a sign-off, or its `signoff.json`.
    static func request(matrix: String?, evidence: [String], below folder: String) throws -> ScopeRequest {
        var request = ScopeRequest()
        if let matrix {
            request.document = .init(
                name: matrix,
                bytes: try read(matrix, below: folder, limit: ScopeReader.mostBytes)
            )
        }
        for item in evidence {
            let parts = item.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, request.evidence[parts[0]] == nil else {
                throw GateFailure(
                    "scope.evidence",
                    "'--scope-evidence \(item)' names no row, or one that was named before"
                )
            }
            let file = parts[1].hasSuffix(".json") ? parts[1] : "\(parts[1])/signoff.json"
            request.evidence[parts[0]] = .init(
                name: file,
                record: try read(file, below: folder, limit: mostOfRecord),
                seal: try InputFile.read(path: file + ".sha256", below: folder, limit: 4096)
            )
        }
        return request
    }

    private static func read(_ path: String, below folder: String, limit: Int) throws -> [UInt8] {
        guard let bytes = try InputFile.read(path: path, below: folder, limit: limit) else {
            throw GateFailure("scope.no-file", "there is no '\(path)'")
        }
        return bytes
    }
}
