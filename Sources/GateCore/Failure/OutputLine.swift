/// One line of what a run printed or reported, ready to be read: no colours, no control characters, no white space
/// around it, and no longer than anybody needs.
struct OutputLine: Sendable, Hashable {
    /// Counted from 1 in its text.
    let number: Int
    /// Bytes of white space in front of it.
    let indent: Int
    let bytes: [UInt8]

    /// Longest line that is read to its end, in bytes; no compiler or trace writes longer ones.
    static let widthLimit = 1024
    /// Most bytes of one text that are read, half from its beginning and half from its end.
    static let textLimit = 4 << 20
    /// Most lines of one text.
    static let countLimit = 150_000

    var isEmpty: Bool { bytes.isEmpty }
    var text: String { String(decoding: bytes, as: UTF8.self) }

    func hasPrefix(_ prefix: StaticString) -> Bool { bytes.starts(with: prefix) }

    /// The lines of a text, in order, in time that grows with its length alone.
    static func all(of text: some Collection<UInt8>) -> [OutputLine] {
        let bytes = Array(text)
        guard bytes.count > textLimit else { return read(bytes[...], from: 1) }
        let head = read(bytes.prefix(textLimit / 2), from: 1)
        let skipped = bytes[(textLimit / 2)..<(bytes.count - textLimit / 2)].count { $0 == newline }
        return head + read(bytes.suffix(textLimit / 2), from: (head.last?.number ?? 0) + skipped)
    }

    /// As many lines from the beginning and from the end as have so many bytes together.
    static func bounded(_ lines: [OutputLine], toBytes limit: Int) -> ArraySlice<OutputLine> {
        func count(_ lines: some Sequence<OutputLine>) -> Int {
            var left = limit / 2
            return lines.prefix { line in
                left -= line.bytes.count + 1
                return left >= 0
            }.count
        }
        let head = count(lines)
        let tail = count(lines.reversed())
        return head + tail >= lines.count ? lines[...] : lines.prefix(head) + lines.suffix(tail)
    }

    static func all(of text: String) -> [OutputLine] { all(of: Array(text.utf8)) }

    private static let newline = UInt8(ascii: "\n")

    private static func read(_ bytes: ArraySlice<UInt8>, from first: Int) -> [OutputLine] {
        var lines: [OutputLine] = []
        var number = first
        var start = bytes.startIndex
        while start < bytes.endIndex, lines.count < countLimit {
            let end = bytes[start...].firstIndex(of: newline) ?? bytes.endIndex
            lines.append(clean(bytes[start..<min(end, start + widthLimit)], number: number))
            number += 1
            start = end + 1
        }
        return lines
    }

    private static func clean(_ raw: ArraySlice<UInt8>, number: Int) -> OutputLine {
        if let plain = plain(raw, number: number) { return plain }
        var kept: [UInt8] = []
        kept.reserveCapacity(raw.count)
        var indent = 0
        var index = raw.startIndex
        while index < raw.endIndex {
            let byte = raw[index]
            if byte == 0x1B {
                index = afterEscape(raw, index)
            } else if byte == 0x09 || byte == 0x20 {
                if kept.isEmpty { indent += 1 } else { kept.append(0x20) }
                index += 1
            } else {
                // What follows a carriage return was meant to cover what stands before it.
                if byte == 0x0D, index + 1 < raw.endIndex { kept.removeAll(keepingCapacity: true) }
                if byte > 0x20, byte != 0x7F { kept.append(byte) }
                index += 1
            }
        }
        while kept.last == 0x20 { kept.removeLast() }
        return OutputLine(number: number, indent: indent, bytes: kept)
    }

    /// A line in which there is nothing to be taken out but white space around it, as most lines are.
    private static func plain(_ raw: ArraySlice<UInt8>, number: Int) -> OutputLine? {
        var end = raw.endIndex
        if end > raw.startIndex, raw[end - 1] == 0x0D { end -= 1 }
        let isPlain = raw[..<end].withUnsafeBytes { bytes in
            for byte in bytes where byte < 0x20 || byte == 0x7F { return false }
            return true
        }
        guard isPlain else { return nil }
        var start = raw.startIndex
        while start < end, raw[start] == 0x20 { start += 1 }
        while end > start, raw[end - 1] == 0x20 { end -= 1 }
        return OutputLine(number: number, indent: start - raw.startIndex, bytes: Array(raw[start..<end]))
    }

    /// Where a terminal's control sequence ends.
    private static func afterEscape(_ raw: ArraySlice<UInt8>, _ start: Int) -> Int {
        var index = start + 1
        guard index < raw.endIndex else { return index }
        let kind = raw[index]
        index += 1
        if kind == UInt8(ascii: "[") {
            while index < raw.endIndex, !(0x40...0x7E).contains(raw[index]) { index += 1 }
            return min(index + 1, raw.endIndex)
        }
        if kind == UInt8(ascii: "]") {
            while index < raw.endIndex, raw[index] != 0x07, raw[index] != 0x1B { index += 1 }
            return index < raw.endIndex && raw[index] == 0x07 ? index + 1 : index
        }
        return index
    }
}

extension [UInt8] {
    /// Whether the bytes begin with a text that the source names.
    func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { prefix in
            guard count >= prefix.count else { return false }
            for index in 0..<prefix.count where self[index] != prefix[index] { return false }
            return true
        }
    }
}
