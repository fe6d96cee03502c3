#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The form of a line, as tables here write it: text with holes.
///
/// `{name}` is anything, at least one byte, as little as possible; `{}` is anything and may be nothing; `{name#}` is a
/// number; `{name@}` is a word without white space, quotes, commas or brackets. A form that ends in `{end}` fits the whole
/// line, any other fits its beginning. A form that does not begin with `{}` begins where the line does.
///
/// Two holes never touch. Each takes the first thing that fits and is never tried again, so that a line costs its length
/// and no more.
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
        line.bytes.withUnsafeBytes { raw in
            guard let bytes = raw.baseAddress else { return nil }
            return match(line, Line(bytes: bytes, count: raw.count))
        }
    }

    /// The bytes of a line, where the C library can look at them: lines are many, and forms are too.
    private struct Line {
        let bytes: UnsafeRawPointer
        let count: Int

        func byte(_ index: Int) -> UInt8 { bytes.load(fromByteOffset: index, as: UInt8.self) }

        func has(_ text: [UInt8], at index: Int) -> Bool {
            count - index >= text.count && memcmp(bytes + index, text, text.count) == 0
        }

        /// Where a text stands next.
        func next(_ text: [UInt8], from start: Int) -> Int? {
            var index = start
            while index < count, let found = memchr(bytes + index, Int32(text[0]), count - index) {
                index = UnsafeRawPointer(found) - bytes
                if has(text, at: index) { return index }
                index += 1
            }
            return nil
        }
    }

    private func match(_ whole: OutputLine, _ line: Line) -> Match? {
        guard var index = fit(segments[0].pieces, line, at: 0) else { return nil }
        var places: [(segment: Int, gap: Range<Int>?, at: Int)] = [(0, nil, 0)]
        for number in segments.indices.dropFirst() {
            let segment = segments[number]
            let isLast = number == segments.count - 1
            let start = index
            let from = segment.mayBeEmpty ? start : start + 1
            guard !segment.pieces.isEmpty else {
                guard from <= line.count else { return nil }
                index = line.count
                places.append((number, start..<index, index))
                continue
            }
            guard let (at, end) = place(of: segment, line, from: from, toEnd: isLast && fitsWhole) else { return nil }
            places.append((number, start..<at, at))
            index = end
        }
        guard !fitsWhole || index == line.count else { return nil }
        // Only what fits is written down.
        var match = Match(line: whole)
        for place in places {
            if let gap = place.gap { match.ranges[segments[place.segment].gap ?? ""] = gap }
            note(segments[place.segment].pieces, line, at: place.at, &match)
        }
        return match
    }

    /// The first place from some byte on where the pieces of a segment stand, and where they end.
    private func place(of segment: Segment, _ line: Line, from: Int, toEnd: Bool) -> (at: Int, end: Int)? {
        var at = from
        while at < line.count {
            if case .text(let text)? = segment.pieces.first {
                guard let next = line.next(text, from: at) else { return nil }
                at = next
            }
            if let end = fit(segment.pieces, line, at: at), !toEnd || end == line.count { return (at, end) }
            at += 1
        }
        return nil
    }

    /// Where the pieces end that begin at a place; `nil` where they do not.
    private func fit(_ pieces: [Piece], _ line: Line, at start: Int) -> Int? {
        var index = start
        for piece in pieces {
            guard let end = Self.end(of: piece, line, at: index) else { return nil }
            index = end
        }
        return index
    }

    private func note(_ pieces: [Piece], _ line: Line, at start: Int, _ match: inout Match) {
        var index = start
        for piece in pieces {
            let end = Self.end(of: piece, line, at: index) ?? index
            switch piece {
            case .text: break
            case .number(let name), .word(let name): match.ranges[name] = index..<end
            }
            index = end
        }
    }

    private static func end(of piece: Piece, _ line: Line, at start: Int) -> Int? {
        var index = start
        switch piece {
        case .text(let text): return line.has(text, at: start) ? start + text.count : nil
        case .number:
            while index < line.count, index - start < 9, (0x30...0x39).contains(line.byte(index)) { index += 1 }
        case .word:
            while index < line.count, index - start < 128, !wordEnds[Int(line.byte(index))] { index += 1 }
        }
        return index > start ? index : nil
    }

    private static let wordEnds: [Bool] = (0...255).map { byte in
        byte <= 0x20 || "\"'`,()[]{}<>".utf8.contains(UInt8(byte))
    }
}

extension LineTemplate: ExpressibleByStringLiteral {
    init(stringLiteral form: String) { self.init(form) }
}
