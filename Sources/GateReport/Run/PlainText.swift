/// What programs print, without what only a terminal understands.
enum PlainText {
    /// The text without sequences that colour or steer a terminal; a carriage return that goes back to the beginning of
    /// a line begins a new one here, so that nothing is printed over.
    static func of(_ bytes: [UInt8]) -> String {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case 0x1B: index = end(ofSequenceAt: index, in: bytes)
            case 0x0D:
                index += 1
                if index < bytes.endIndex, bytes[index] != 0x0A { plain.append(0x0A) }
            default:
                plain.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// Longest sequence that is taken for one; what goes on longer is text again.
    private static let longest = 4096

    /// Where the text goes on behind an escape character.
    private static func end(ofSequenceAt start: Int, in bytes: [UInt8]) -> Int {
        guard start + 1 < bytes.endIndex else { return start + 1 }
        let last = min(bytes.endIndex, start + longest)
        var index = start + 2
        switch bytes[start + 1] {
        case UInt8(ascii: "["):
            while index < last, (0x20...0x3F).contains(bytes[index]) { index += 1 }
            return index < last && (0x40...0x7E).contains(bytes[index]) ? index + 1 : start + 1
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
            while index < last, bytes[index] != 0x07, bytes[index] != 0x0A, bytes[index] != 0x1B { index += 1 }
            guard index < last else { return start + 1 }
            if bytes[index] == 0x07 { return index + 1 }
            return index + 1 < bytes.endIndex && bytes[index] == 0x1B && bytes[index + 1] == UInt8(ascii: "\\")
                ? index + 2 : start + 1
        case 0x20...0x2F:
            while index < last, (0x20...0x2F).contains(bytes[index]) { index += 1 }
            return min(index + 1, bytes.endIndex)
        case 0x30...0x7E: return start + 2
        default: return start + 1
        }
    }
}
