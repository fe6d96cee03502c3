/// The form of a line, as tables here write it: text with holes.
///
/// `{name}` is anything, at least one byte, as little as possible; `{}` is anything and may be nothing; `{name#}` is a
/// number; `{name@}` is a word without white space, quotes, commas or brackets. A form that ends in `{end}` fits the whole
/// line, any other fits its beginning. A form that does not begin with `{}` begins where the line does.
///
/// Each hole takes the first thing that fits and is never tried again, so that a line costs its length and no more.
struct LineTemplate: Sendable {
    private enum Piece: Sendable, Hashable {
        case text([UInt8])
        case number(String)
        case word(String)
    }

    /// A gap, and what stands behind it without another gap.
    private struct Segment: Sendable {
        /// Name of the gap before the pieces; `nil` where there is none.
        var gap: String?
        /// Whether the gap may be empty.
        var mayBeEmpty = false
        var pieces: [Piece] = []
    }

    /// What the holes of a line hold, by name.
    struct Match: Sendable {
        fileprivate(set) var ranges: [String: Range<Int>] = [:]
        let line: OutputLine

        /// Bytes of a hole; `nil` where it is none of the form's.
        func bytes(_ name: String) -> ArraySlice<UInt8>? { ranges[name].map { line.bytes[$0] } }
        func text(_ name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }
        func number(_ name: String) -> Int? { text(name).flatMap { Int($0) } }
    }

    private let segments: [Segment]
    private let fitsWhole: Bool
    /// The byte that a line of this form begins with; `nil` where it may begin with any.
    let firstByte: UInt8?

    init(_ form: String) {
        var segments = [Segment()]
        var text: [UInt8] = []
        var isWhole = false
        func flush() {
            if !text.isEmpty { segments[segments.count - 1].pieces.append(.text(text)) }
            text = []
        }
        var bytes = Array(form.utf8)[...]
        while let byte = bytes.popFirst() {
            guard byte == UInt8(ascii: "{"), let close = bytes.firstIndex(of: UInt8(ascii: "}")) else {
                text.append(byte)
                continue
            }
            flush()
            let name = String(decoding: bytes[..<close], as: UTF8.self)
            bytes = bytes[(close + 1)...]
            switch name.last {
            case _ where name == "end": isWhole = true
            case "#": segments[segments.count - 1].pieces.append(.number(String(name.dropLast())))
            case "@": segments[segments.count - 1].pieces.append(.word(String(name.dropLast())))
            default: segments.append(Segment(gap: name, mayBeEmpty: name.isEmpty))
            }
        }
        flush()
        // A gap at the end takes what is left.
        fitsWhole = isWhole || segments.last.map { $0.gap != nil && $0.pieces.isEmpty } ?? false
        self.segments = segments
        if case .text(let first)? = segments[0].pieces.first { firstByte = first[0] } else { firstByte = nil }
    }

    /// Holds a line against the form.
    func match(_ line: OutputLine) -> Match? {
        let bytes = line.bytes
        var match = Match(line: line)
        guard var index = fit(segments[0].pieces, bytes, at: 0, &match) else { return nil }
        for number in segments.indices.dropFirst() {
            let segment = segments[number]
            let isLast = number == segments.count - 1
            let start = index
            var from = segment.mayBeEmpty ? start : start + 1
            if segment.pieces.isEmpty {
                guard from <= bytes.count else { return nil }
                index = bytes.count
                match.ranges[segment.gap ?? ""] = start..<index
                continue
            }
            var found = false
            while from < bytes.count {
                if let end = fit(segment.pieces, bytes, at: from, &match), !isLast || !fitsWhole || end == bytes.count {
                    match.ranges[segment.gap ?? ""] = start..<from
                    index = end
                    found = true
                    break
                }
                from += 1
            }
            guard found else { return nil }
        }
        return fitsWhole && index != bytes.count ? nil : match
    }

    /// Where the pieces end that begin at a place; `nil` where they do not.
    private func fit(_ pieces: [Piece], _ bytes: [UInt8], at start: Int, _ match: inout Match) -> Int? {
        var index = start
        for piece in pieces {
            switch piece {
            case .text(let text):
                guard bytes.count - index >= text.count else { return nil }
                for offset in text.indices where bytes[index + offset] != text[offset] { return nil }
                index += text.count
            case .number(let name):
                let begin = index
                while index < bytes.count, index - begin < 9, (0x30...0x39).contains(bytes[index]) { index += 1 }
                guard index > begin else { return nil }
                match.ranges[name] = begin..<index
            case .word(let name):
                let begin = index
                while index < bytes.count, index - begin < 128, Self.isWordByte(bytes[index]) { index += 1 }
                guard index > begin else { return nil }
                match.ranges[name] = begin..<index
            }
        }
        return index
    }

    private static let wordEnds: [Bool] = (0...255).map { byte in
        byte <= 0x20 || "\"'`,()[]{}<>".utf8.contains(UInt8(byte))
    }

    private static func isWordByte(_ byte: UInt8) -> Bool { !wordEnds[Int(byte)] }
}

extension LineTemplate: ExpressibleByStringLiteral {
    init(stringLiteral form: String) { self.init(form) }
}
