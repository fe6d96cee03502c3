/// Lines of a text that is kept as bytes.
///
/// Characters would not do: to Swift a return with its newline is one character, and no newline.
enum LineText {
    /// The same bytes with each return before a newline left out.
    static func withNewlines(_ content: [UInt8]) -> [UInt8] {
        guard content.contains(0x0D) else { return content }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count)
        for (index, byte) in content.enumerated() {
            if byte == 0x0D, index + 1 < content.count, content[index + 1] == 0x0A { continue }
            bytes.append(byte)
        }
        return bytes
    }

    /// Offsets at which lines begin. A newline at the very end begins no further line.
    static func starts(of bytes: [UInt8]) -> [Int] {
        guard !bytes.isEmpty else { return [] }
        var starts = [0]
        for (index, byte) in bytes.enumerated() where byte == 0x0A && index + 1 < bytes.count {
            starts.append(index + 1)
        }
        return starts
    }

    /// Bytes of a line, from 1, without its newline.
    static func range(_ number: Int, of bytes: [UInt8], _ starts: [Int]) -> Range<Int> {
        guard starts.indices.contains(number - 1) else { return 0..<0 }
        let start = starts[number - 1]
        var end = number < starts.count ? starts[number] - 1 : bytes.count
        if number == starts.count, end > start, bytes[end - 1] == 0x0A { end -= 1 }
        return start..<end
    }

    static func line(_ number: Int, of bytes: [UInt8], _ starts: [Int]) -> String {
        String(decoding: bytes[range(number, of: bytes, starts)], as: UTF8.self)
    }

    static func longest(_ bytes: [UInt8], _ starts: [Int]) -> Int {
        var longest = 0
        for index in starts.indices {
            longest = max(longest, (index + 1 < starts.count ? starts[index + 1] : bytes.count) - starts[index])
        }
        return longest
    }
}
