import GateGit

/// Files of the repository that a text names in passing, without being a frame or a diagnostic.
enum Mentions {
    /// Bytes of a text that are looked at.
    private static let textLimit = 256 << 10

    /// Paths in the order of reading, each once.
    static func find(in lines: [OutputLine], _ resolver: PathResolver, most: Int) -> [RepositoryPath] {
        var found: [RepositoryPath] = []
        var seen: Set<RepositoryPath> = []
        for line in OutputLine.bounded(lines, toBytes: textLimit) {
            for token in line.bytes.split(whereSeparator: { isEnd[Int($0)] }) {
                guard token.count <= 512, token.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") })
                else { continue }
                // What follows a colon is a line, a column or a test's name.
                let scheme = token.starts(with: "file://".utf8) ? token.dropFirst(7) : token
                let name = scheme.prefix { $0 != UInt8(ascii: ":") }
                guard let path = resolver.resolve(name), seen.insert(path).inserted else { continue }
                found.append(path)
                if found.count == most { return found }
            }
        }
        return found
    }

    private static let isEnd: [Bool] = (0...255).map { byte in
        byte <= 0x20 || "\"'`()[]{}<>,;|=*".utf8.contains(UInt8(byte))
    }
}
