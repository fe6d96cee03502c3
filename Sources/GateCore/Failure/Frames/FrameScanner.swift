import GateGit

/// Reads the places of the repository out of texts: one pass over the lines, one table of forms.
struct FrameScanner: Sendable {
    private let resolver: PathResolver
    /// Forms by the byte their lines begin with, and those whose lines may begin with any.
    private static let forms = Table(FrameFamily.all)

    init(resolver: PathResolver) { self.resolver = resolver }

    /// Frames of one text, innermost first, each once.
    ///
    /// - Parameter folder: what is known of the folder that base names lie in, from the outside in.
    func frames(in lines: [OutputLine], near folder: [[UInt8]] = []) -> [FailureFrame] {
        var blocks: [Block] = []
        /// Where the chain of causes that we are in begins.
        var chain = 0
        var isJoined = false
        var isMuted = false
        var known: [ArraySlice<UInt8>: RepositoryPath?] = [:]
        for (index, whole) in lines.enumerated() {
            let line = whole.withoutGutter
            guard !line.isEmpty else { continue }
            switch Self.remark(of: line) {
            case .joins: isJoined = true
            case .begins:
                if !isJoined { chain = blocks.count }
                // An exception while another is handled is what was seen; a named cause stays in front, as it is printed.
                chain = open(&blocks, before: chain)
                isJoined = false
            case .cause: chain = open(&blocks, before: chain)
            case .warning: isMuted = true
            case .error: isMuted = false
            case .nothing: break
            }
            guard line.hasPlace else { continue }
            guard
                let (family, frame) = frame(in: line, lines: lines, index, isMuted: isMuted, near: folder, &known)
            else { continue }
            // What is inserted at the chain's beginning is the block that is being filled.
            let open = chain < blocks.count && blocks[chain].isOpen(for: family) ? chain : nil
            if let open {
                blocks[open].family = family
                blocks[open].frames.append(frame)
            } else {
                chain = blocks.count
                blocks.append(Block(family: family, frames: [frame]))
            }
        }
        var seen: Set<FailureFrame> = []
        return blocks.flatMap { block in
            block.family >= 0 && FrameFamily.all[block.family].order == .innermostLast
                ? block.frames.reversed() : block.frames
        }.filter { seen.insert($0).inserted }
    }

    /// Longest chain of causes that is put in order; what is longer stays as it was printed.
    private static let chainLimit = 32

    private func open(_ blocks: inout [Block], before chain: Int) -> Int {
        let place = blocks.count - chain > Self.chainLimit ? blocks.count : min(chain, blocks.count)
        blocks.insert(Block(family: -1), at: place)
        return place
    }

    /// Frames of one trace; a family of -1 is not known yet.
    private struct Block {
        var family: Int
        var frames: [FailureFrame] = []

        func isOpen(for other: Int) -> Bool { family < 0 || family == other }
    }

    private func frame(
        in line: OutputLine,
        lines: [OutputLine],
        _ index: Int,
        isMuted: Bool,
        near folder: [[UInt8]],
        _ known: inout [ArraySlice<UInt8>: RepositoryPath?]
    ) -> (family: Int, frame: FailureFrame)? {
        for entry in Self.forms.entries(for: line) {
            let form = entry.form
            if form.followsSeverity, isMuted { continue }
            guard let match = form.template.match(line),
                let name = form.naming == .className ? match.bytes("function") : match.bytes("path"),
                form.endings.isEmpty || form.endings.contains(where: { name.ends(with: $0) }),
                !Self.isAside(line, after: match)
            else { continue }
            guard let path = path(name, form, match, near: folder, &known) else { continue }
            var function = match.text("function")
            if function == nil, form.followsFunction, index > 0 {
                function =
                    FrameFamily.all[entry.family].functionLines.lazy
                    .compactMap { $0.match(lines[index - 1])?.text("function") }.first
            }
            return (
                entry.family,
                FailureFrame(path: path, line: match.number("line"), function: function.flatMap(Self.tidy))
            )
        }
        return nil
    }

    private func path(
        _ name: ArraySlice<UInt8>,
        _ form: FrameFamily.Form,
        _ match: LineTemplate.Match,
        near folder: [[UInt8]],
        _ known: inout [ArraySlice<UInt8>: RepositoryPath?]
    ) -> RepositoryPath? {
        switch form.naming {
        case .path, .baseName:
            // `(name)/path` and the like are rare, `path` is named again and again.
            let isFree = form.naming == .baseName
            if !isFree, let found = known[name] { return found }
            let found = resolver.resolve(name, allowsBaseName: isFree, near: folder)
            if !isFree { known[name] = found }
            return found
        case .classFile:
            guard let function = match.bytes("function") else { return nil }
            return resolver.resolve(baseName: name, package: Self.package(of: function))
        case .className:
            let parts = name.drop { $0 == 0x20 }.split(separator: UInt8(ascii: "."))
            guard parts.count >= 2 else { return nil }
            for ending in [".java", ".kt"] {
                let file = Array(parts[parts.count - 2]) + Array(ending.utf8)
                if let path = resolver.resolve(file[...], allowsBaseName: true) { return path }
            }
            return nil
        }
    }

    /// `app//org.example.Shop$Item.total` lies in `org`, `example`.
    private static func package(of function: ArraySlice<UInt8>) -> [[UInt8]] {
        let name = function.suffix(
            from: function.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? function.startIndex
        )
        return name.split(separator: UInt8(ascii: ".")).map(Array.init).dropLast(2).map { $0 }
    }

    /// What a line says of the lines around it.
    private enum Remark { case begins, joins, cause, warning, error, nothing }

    private static func remark(of line: OutputLine) -> Remark {
        if line.hasPrefix("Traceback (most recent call last)") { return .begins }
        if line.hasPrefix("During handling of the above exception") { return .joins }
        if line.hasPrefix("______") || line.hasPrefix("======") { return .begins }
        if line.hasPrefix("Caused by: ") || line.hasPrefix("[cause]: ") { return .cause }
        if line.hasPrefix("warning: ") || line.hasPrefix("warning[") { return .warning }
        if line.hasPrefix("error: ") || line.hasPrefix("error[") { return .error }
        return .nothing
    }

    /// Warnings and notes name places that nothing failed at.
    private static func isAside(_ line: OutputLine, after match: LineTemplate.Match) -> Bool {
        guard let end = (match.ranges["column"] ?? match.ranges["line"])?.upperBound else { return false }
        let rest = line.bytes[end...].drop { $0 == UInt8(ascii: ":") || $0 == 0x20 || $0 == UInt8(ascii: ")") }
        if rest.starts(with: "warning:".utf8) || rest.starts(with: "note:".utf8) { return true }
        // `tests/test_a.py:3: DeprecationWarning: …`
        let word = rest.prefix { $0 != UInt8(ascii: ":") && $0 != 0x20 }
        return word.ends(with: "Warning".utf8) && rest.dropFirst(word.count).first == UInt8(ascii: ":")
    }

    /// A function as people write it, without addresses, arguments and the program it is in.
    private static func tidy(_ function: String) -> String? {
        var words = function.prefix(200).split(separator: " ")
        while let first = words.first,
            first.hasPrefix("0x") || first.hasPrefix("[") || (first == "in" && words.count > 1)
        { words.removeFirst() }
        if let place = words.firstIndex(of: "in"), place > 0, words.count - place == 2 {
            words.removeSubrange(place...)
        }
        if let plus = words.firstIndex(of: "+"), plus > 0 { words.removeSubrange(plus...) }
        let name = words.joined(separator: " ")
        return name.isEmpty || name == "<module>" || name.hasSuffix("<anonymous>") ? nil : name
    }

    /// The forms of all families, ready to be looked up.
    private struct Table: Sendable {
        struct Entry: Sendable {
            let family: Int
            let form: FrameFamily.Form
        }

        private var byByte: [[Entry]] = Array(repeating: [], count: 256)

        init(_ families: [FrameFamily]) {
            for (number, family) in families.enumerated() {
                for form in family.forms {
                    let entry = Entry(family: number, form: form)
                    if let first = form.template.firstByte {
                        byByte[Int(first)].append(entry)
                    } else {
                        for byte in byByte.indices { byByte[byte].append(entry) }
                    }
                }
            }
        }

        /// Forms that a line may have, in order.
        func entries(for line: OutputLine) -> [Entry] { line.bytes.first.map { byByte[Int($0)] } ?? [] }
    }
}

extension OutputLine {
    /// The line without what a tool puts in front of an error's own words: pytest's `E   `, the `# ` of TAP and RSpec,
    /// the JVM's name of the thread.
    var withoutGutter: OutputLine {
        if bytes.count > 4, bytes[0] == UInt8(ascii: "E"), bytes[1...3].allSatisfy({ $0 == 0x20 }) {
            return OutputLine(number: number, indent: 0, bytes: Array(bytes[4...].drop { $0 == 0x20 }))
        }
        if bytes.count > 2, bytes[0] == UInt8(ascii: "#"), bytes[1] == 0x20 {
            let rest = bytes[2...].drop { $0 == 0x20 }
            return OutputLine(number: number, indent: rest.startIndex - 2, bytes: Array(rest))
        }
        if hasPrefix("Exception in thread \""), let end = bytes.dropFirst(21).firstIndex(of: UInt8(ascii: "\"")) {
            return OutputLine(number: number, indent: indent, bytes: Array(bytes[(end + 1)...].drop { $0 == 0x20 }))
        }
        return self
    }

    /// Most numbers behind colons of a line that somebody wrote for people to read.
    private static let placeLimit = 32

    /// Whether a number stands where forms have the number of a line.
    var hasPlace: Bool {
        var last: UInt8 = 0
        for byte in bytes {
            if (0x30...0x39).contains(byte), last == 0x3A || last == 0x28 || last == 0x5B || last == 0x20 {
                return !isNoise
            }
            last = byte
        }
        return hasPrefix("-->")
    }

    /// Whether the line is no line of a tool: every number in it would have to be tried as a place.
    var isNoise: Bool {
        var last: UInt8 = 0
        var count = 0
        for byte in bytes {
            if last == 0x3A, (0x30...0x39).contains(byte) { count += 1 }
            last = byte
        }
        return count > Self.placeLimit
    }
}

extension ArraySlice<UInt8> {
    func ends(with ending: some Collection<UInt8>) -> Bool {
        count >= ending.count && suffix(ending.count).elementsEqual(ending)
    }
}
