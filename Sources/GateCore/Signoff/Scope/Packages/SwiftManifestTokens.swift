/// Words, plain strings and marks of a Swift manifest, without its comments.
enum SwiftManifestTokens {
    enum Token: Sendable, Hashable {
        case word(String)
        /// A string without interpolation and escapes.
        case text(String)
        case mark(String)
    }

    /// - Throws: `PackageUnclear` where a string or a comment has no end.
    static func read(_ text: String, name: String) throws(PackageUnclear) -> [Token] {
        let bytes = Array(text.utf8)
        var tokens: [Token] = []
        var index = 0
        func starts(_ word: String, at place: Int) -> Bool { bytes[place...].starts(with: word.utf8) }
        while index < bytes.count {
            let byte = bytes[index]
            if starts("//", at: index) {
                index = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            } else if starts("/*", at: index) {
                var depth = 0
                repeat {
                    guard index < bytes.count else { throw PackageUnclear("a comment of '\(name)' has no end") }
                    if starts("/*", at: index) {
                        depth += 1
                        index += 2
                    } else if starts("*/", at: index) {
                        depth -= 1
                        index += 2
                    } else {
                        index += 1
                    }
                } while depth > 0
            } else if starts("\"\"\"", at: index)
                || byte == UInt8(ascii: "#") && index + 1 < bytes.count
                    && [UInt8(ascii: "\""), UInt8(ascii: "#")].contains(bytes[index + 1])
            {
                throw PackageUnclear("'\(name)' has strings of a kind that is not read")
            } else if byte == UInt8(ascii: "\"") {
                var end = index + 1
                var isPlain = true
                while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\n") {
                    if bytes[end] == UInt8(ascii: "\\") {
                        guard !starts("\\(", at: end) else {
                            throw PackageUnclear("'\(name)' has strings that are computed")
                        }
                        isPlain = false
                        end += 1
                    }
                    end += 1
                }
                guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else {
                    throw PackageUnclear("a string of '\(name)' has no end")
                }
                let content = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
                tokens.append(isPlain ? .text(content) : .mark("\\"))
                index = end + 1
            } else if isWord(byte) {
                var end = index
                while end < bytes.count, isWord(bytes[end]) { end += 1 }
                tokens.append(.word(String(decoding: bytes[index..<end], as: UTF8.self)))
                index = end
            } else {
                if byte > 0x20 { tokens.append(.mark(String(decoding: [byte], as: UTF8.self))) }
                index += 1
            }
        }
        return tokens
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
