/// Words of code and what they are made of.
enum Identifiers {
    /// The parts of a name in lower case: `parseHTTPHeader` and `parse_http_header` are parse, http, header.
    static func parts(of name: String) -> [String] {
        var parts: [String] = []
        var current: [UInt8] = []
        let bytes = Array(name.utf8.prefix(200))
        func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
        func isLetter(_ byte: UInt8) -> Bool { isUpper(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80 }
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        func end() {
            if !current.isEmpty { parts.append(String(decoding: current, as: UTF8.self)) }
            current = []
        }
        for (index, byte) in bytes.enumerated() {
            guard isLetter(byte) || isDigit(byte) else {
                end()
                continue
            }
            if isUpper(byte), index > 0 {
                let previous = bytes[index - 1]
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0
                if !isUpper(previous) || (next >= 0x61 && next <= 0x7A) { end() }
            }
            current.append(isUpper(byte) ? byte | 0x20 : byte)
        }
        end()
        return parts
    }

    /// A type's name as Ruby names its file.
    static func snakeCase(_ name: String) -> String { parts(of: name).joined(separator: "_") }

    /// The words of a text: letters, digits and underscores, as they stand.
    static func words(in text: String, most: Int) -> [String] {
        var words: [String] = []
        var current: [UInt8] = []
        for byte in text.utf8 {
            let isWord =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == 0x5F
                || byte >= 0x80
            if isWord {
                current.append(byte)
            } else if !current.isEmpty {
                words.append(String(decoding: current, as: UTF8.self))
                current = []
                if words.count >= most { return words }
            }
        }
        if !current.isEmpty { words.append(String(decoding: current, as: UTF8.self)) }
        return words
    }
}
