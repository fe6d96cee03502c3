package import GateGit

/// A pattern over repository paths, as in a `.gitignore` line without negation.
///
/// `*` and `?` match within one component, `**` matches any number of components, `[a-z]` matches one byte of a set, a
/// trailing `/` means a folder with everything in it, and a pattern without any other `/` matches at every depth. A
/// path below a matched folder is matched as well.
package struct Glob: Sendable, Hashable {
    package let pattern: String
    private let components: [Component]

    private enum Component: Sendable, Hashable {
        case anyDepth
        case pattern([Piece])
    }

    fileprivate enum Piece: Sendable, Hashable {
        case literal(UInt8)
        case any
        case anyRun
        case set([ClosedRange<UInt8>], isNegated: Bool)
    }

    /// - Throws: `GlobError` that says what is wrong with the pattern.
    package init(_ pattern: String) throws(GlobError) {
        self.pattern = pattern
        var bytes = Array(pattern.utf8)
        guard !bytes.isEmpty, bytes != [UInt8(ascii: "/")] else { throw GlobError(message: "it is empty") }
        guard !bytes.contains(0) else { throw GlobError(message: "'\(pattern)' contains a NUL") }
        if bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        var parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Array.init)
        let isAnchored = parts.count > 1
        if parts.first?.isEmpty == true { parts.removeFirst() }
        guard !parts.contains(where: \.isEmpty) else { throw GlobError(message: "'\(pattern)' has an empty component") }
        guard !parts.contains([UInt8(ascii: ".")]), !parts.contains(Array("..".utf8)) else {
            throw GlobError(message: "'\(pattern)' has a '.' or '..' component")
        }
        var components: [Component] = isAnchored ? [] : [.anyDepth]
        for part in parts {
            if part == Array("**".utf8) {
                if components.last != .anyDepth { components.append(.anyDepth) }
            } else {
                components.append(.pattern(try Self.pieces(of: part, in: pattern)))
            }
        }
        // A folder's pattern reaches everything below it.
        self.components = components
    }

    /// Whether a path, or a folder it lies in, matches.
    package func matches(_ path: RepositoryPath) -> Bool {
        matches(path.components[...], components[...])
    }

    private func matches(_ path: ArraySlice<[UInt8]>, _ pattern: ArraySlice<Component>) -> Bool {
        guard let first = pattern.first else { return true }
        let rest = pattern.dropFirst()
        switch first {
        case .anyDepth:
            // At the end it stands for everything below, which takes at least one component.
            if rest.isEmpty { return !path.isEmpty }
            return (path.startIndex...path.endIndex).contains { matches(path[$0...], rest) }
        case .pattern(let pieces):
            guard let name = path.first, Self.matches(name[...], pieces[...]) else { return false }
            return matches(path.dropFirst(), rest)
        }
    }

    /// Linear in the length of the name for each run: the last `*` is the only one that is ever tried again.
    private static func matches(_ name: ArraySlice<UInt8>, _ pieces: ArraySlice<Piece>) -> Bool {
        var position = name.startIndex
        var piece = pieces.startIndex
        var retry: (position: Int, piece: Int)?
        while position < name.endIndex {
            if piece < pieces.endIndex, pieces[piece] == .anyRun {
                retry = (position, piece + 1)
                piece += 1
            } else if piece < pieces.endIndex, pieces[piece].matches(name[position]) {
                piece += 1
                position += 1
            } else if let (start, after) = retry {
                retry = (start + 1, after)
                position = start + 1
                piece = after
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .anyRun }
    }

    private static func pieces(of part: [UInt8], in pattern: String) throws(GlobError) -> [Piece] {
        var pieces: [Piece] = []
        var index = 0
        while index < part.count {
            switch part[index] {
            case UInt8(ascii: "*"):
                if pieces.last != .anyRun { pieces.append(.anyRun) }
            case UInt8(ascii: "?"): pieces.append(.any)
            case UInt8(ascii: "\\"):
                index += 1
                guard index < part.count else { throw GlobError(message: "'\(pattern)' ends in a backslash") }
                pieces.append(.literal(part[index]))
            case UInt8(ascii: "["):
                let (set, next) = try set(in: part, from: index + 1, pattern: pattern)
                pieces.append(set)
                index = next
            case let byte: pieces.append(.literal(byte))
            }
            index += 1
        }
        return pieces
    }

    /// - Returns: the set and the index of its closing bracket.
    private static func set(in part: [UInt8], from start: Int, pattern: String) throws(GlobError) -> (Piece, Int) {
        var index = start
        let isNegated = index < part.count && (part[index] == UInt8(ascii: "!") || part[index] == UInt8(ascii: "^"))
        if isNegated { index += 1 }
        var ranges: [ClosedRange<UInt8>] = []
        let first = index
        while index < part.count {
            if part[index] == UInt8(ascii: "]"), index > first { return (.set(ranges, isNegated: isNegated), index) }
            if index + 2 < part.count, part[index + 1] == UInt8(ascii: "-"), part[index + 2] != UInt8(ascii: "]") {
                guard part[index] <= part[index + 2] else {
                    throw GlobError(message: "'\(pattern)' has a range that runs backwards")
                }
                ranges.append(part[index]...part[index + 2])
                index += 3
            } else {
                ranges.append(part[index]...part[index])
                index += 1
            }
        }
        throw GlobError(message: "'\(pattern)' leaves a '[' open")
    }
}

extension Glob.Piece {
    fileprivate func matches(_ byte: UInt8) -> Bool {
        switch self {
        case .literal(let literal): literal == byte
        case .any: true
        case .anyRun: false
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
        }
    }
}

/// What is wrong with a pattern.
package struct GlobError: Error, Sendable {
    package let message: String
}
