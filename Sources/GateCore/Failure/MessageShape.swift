/// What stays of a message on another machine, in another run: its words, without numbers, addresses, temporary paths,
/// durations, dates and ids.
package enum MessageShape {
    /// Most bytes of a message that are looked at.
    static let limit = 512

    /// The shape of the first line of a message.
    package static func of(_ message: String) -> String {
        var words: [String] = []
        for word in Excerpt.line(message, maximum: limit).split(whereSeparator: \.isWhitespace) {
            let shape = shape(ofWord: Array(word.utf8))
            // A list of numbers has one shape, however long it is.
            if shape != "#" || words.last != "#" { words.append(shape) }
        }
        return words.joined(separator: " ")
    }

    /// The shape of a test's id: parameters that are numbers, addresses or ids are one and the same.
    package static func ofID(_ id: TestID) -> String {
        id.name.split(separator: " ", omittingEmptySubsequences: false).map {
            shape(ofWord: Array($0.utf8), keeps: true)
        }
        .joined(separator: " ")
    }

    private static let temporary = [
        "/tmp/", "/var/tmp/", "/var/folders/", "/private/var/", "/private/tmp/", "/dev/shm/",
    ]
    .map { Array($0.utf8) }

    /// - Parameter keeps: whether plain numbers stay, as in the name of a test.
    private static func shape(ofWord word: [UInt8], keeps: Bool = false) -> String {
        var result: [UInt8] = []
        var index = 0
        while index < word.count {
            if word[index] == UInt8(ascii: "/"), temporary.contains(where: { word[index...].starts(with: $0) }) {
                while index < word.count, !isPathEnd(word[index]) { index += 1 }
                result += Array("<path>".utf8)
                continue
            }
            guard isWordByte(word[index]) else {
                result.append(word[index])
                index += 1
                continue
            }
            var end = index
            while end < word.count, isWordByte(word[end]) || (word[end] == UInt8(ascii: "-") && end > index) {
                end += 1
            }
            result += shape(ofRun: word[index..<end], keeps: keeps)
            index = end
        }
        // `1.5`, `12:30:00` and `2026/11/21` are one number each.
        return keeps ? String(decoding: result, as: UTF8.self) : joined(result)
    }

    /// The shape of letters, digits, underscores and dashes in a row.
    private static func shape(ofRun run: ArraySlice<UInt8>, keeps: Bool) -> [UInt8] {
        let bytes = Array(run)
        let digits = bytes.count { isDigit($0) }
        guard digits > 0 else { return bytes }
        let isHex = bytes.allSatisfy { isHexDigit($0) || $0 == UInt8(ascii: "-") }
        // `0x7faa2031`, digests, uuids.
        if bytes.starts(with: [0x30, 0x78]) || (isHex && bytes.count >= 8 && digits < bytes.count) {
            return [UInt8(ascii: "#")]
        }
        if keeps { return bytes }
        var shape: [UInt8] = []
        for byte in bytes {
            if !isDigit(byte) {
                shape.append(byte)
            } else if shape.last != UInt8(ascii: "#") {
                shape.append(UInt8(ascii: "#"))
            }
        }
        // How long it took, in whatever unit suited.
        return units.contains(shape) ? [UInt8(ascii: "#")] : shape
    }

    private static let units: Set<[UInt8]> = Set(
        ["#s", "#ms", "#us", "#µs", "#ns", "#min", "#m#s", "#sec", "#m", "#h"].map { Array($0.utf8) }
    )

    /// Numbers that only punctuation keeps apart become one.
    private static func joined(_ bytes: [UInt8]) -> String {
        var shape: [UInt8] = []
        for byte in bytes {
            if byte == UInt8(ascii: "#") {
                while let last = shape.last, [0x2E, 0x3A, 0x2F, 0x2C, 0x2D, 0x54].contains(last),
                    shape.dropLast().last == byte
                { shape.removeLast() }
                if shape.last == byte { continue }
            }
            shape.append(byte)
        }
        return String(decoding: shape, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte | 0x20) }
    private static func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte >= 0x80
    }
    private static func isPathEnd(_ byte: UInt8) -> Bool { Array("'\"`),;:]}>".utf8).contains(byte) }
}
