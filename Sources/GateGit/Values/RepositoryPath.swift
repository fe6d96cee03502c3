/// A path inside a repository: bytes, relative, with `/` between components, as git stores it.
package struct RepositoryPath: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let bytes: [UInt8]

    package init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }
    package init(_ text: String) { bytes = Array(text.utf8) }

    /// The path as text where it is valid UTF-8.
    package var text: String? { String(validating: bytes, as: UTF8.self) }

    package var components: [[UInt8]] {
        bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
    }

    package var lastComponent: [UInt8] { components.last ?? [] }

    /// Every ancestor folder, outermost first; empty for a path at the root.
    package var ancestors: [RepositoryPath] {
        let parts = components
        guard parts.count > 1 else { return [] }
        return (1..<parts.count).map {
            RepositoryPath(bytes: Array(parts[..<$0].joined(separator: [UInt8(ascii: "/")])))
        }
    }

    package func appending(_ component: [UInt8]) -> RepositoryPath {
        bytes.isEmpty
            ? RepositoryPath(bytes: component) : RepositoryPath(bytes: bytes + [UInt8(ascii: "/")] + component)
    }

    package func hasPrefix(_ folder: RepositoryPath) -> Bool {
        folder.bytes.isEmpty || self == folder || bytes.starts(with: folder.bytes + [UInt8(ascii: "/")])
    }

    /// For people: the text, or git's quoted form where bytes are not printable UTF-8.
    package var description: String {
        if let text,
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && $0 != "\"" && $0 != "\\" })
        {
            return text
        }
        var quoted = "\""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += "\\" + String(UnicodeScalar(byte))
            case UInt8(ascii: "\n"): quoted += "\\n"
            case UInt8(ascii: "\t"): quoted += "\\t"
            case 0x20..<0x7F: quoted += String(UnicodeScalar(byte))
            default:
                let octal = String(byte, radix: 8)
                quoted += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
            }
        }
        return quoted + "\""
    }

    package static func < (left: RepositoryPath, right: RepositoryPath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
