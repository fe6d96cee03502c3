/// A version as npm, Cargo and SwiftPM order them (semver.org 2.0.0); what follows `+` says nothing about order.
struct SemanticVersion: Sendable, Hashable, Comparable {
    /// Major, minor and patch.
    let numbers: [Int]
    let prerelease: [String]

    init(numbers: [Int], prerelease: [String] = []) {
        self.numbers = numbers
        self.prerelease = prerelease
    }

    /// - Returns: `nil` for anything but one whole version.
    init?(_ text: String) {
        guard let partial = PartialVersion(text), partial.numbers.count == 3, !partial.hasWildcard else { return nil }
        self.init(numbers: partial.numbers, prerelease: partial.prerelease)
    }

    static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        if left.numbers != right.numbers { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        if left.prerelease.isEmpty || right.prerelease.isEmpty {
            return !left.prerelease.isEmpty && right.prerelease.isEmpty
        }
        for (one, other) in zip(left.prerelease, right.prerelease) where one != other { return precedes(one, other) }
        return left.prerelease.count < right.prerelease.count
    }

    /// Numbers come before words, and are compared as numbers however long they are.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        switch (VersionText.isDigits(left), VersionText.isDigits(right)) {
        case (true, true): (left.utf8.count, left) < (right.utf8.count, right)
        case (true, false): true
        case (false, true): false
        case (false, false): left.utf8.lexicographicallyPrecedes(right.utf8)
        }
    }
}

/// A version of which the last numbers may be missing or be wildcards: `1`, `1.2`, `1.x`, `*`, `1.2.3-rc.1`.
struct PartialVersion: Sendable, Hashable {
    /// At most three.
    private(set) var numbers: [Int] = []
    private(set) var prerelease: [String] = []
    private(set) var hasWildcard = false

    init?(_ text: String) {
        guard text.utf8.count <= VersionText.most, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        let parts = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, !Self.isIdentifiers(parts[1], allowingZeros: true) { return nil }
        let halves = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        for part in halves[0].split(separator: ".", omittingEmptySubsequences: false) {
            if ["x", "X", "*"].contains(part) {
                hasWildcard = true
            } else {
                guard !hasWildcard, let number = VersionText.number(part), part == "0" || part.first != "0" else {
                    return nil
                }
                numbers.append(number)
            }
        }
        guard halves[0].split(separator: ".", omittingEmptySubsequences: false).count <= 3 else { return nil }
        guard halves.count == 2 else { return }
        guard numbers.count == 3, Self.isIdentifiers(halves[1], allowingZeros: false) else { return nil }
        prerelease = halves[1].split(separator: ".").map(String.init)
    }

    /// The lowest version that begins like this.
    var lowest: SemanticVersion {
        SemanticVersion(
            numbers: numbers + Array(repeating: 0, count: 3 - numbers.count),
            prerelease: prerelease
        )
    }

    /// The first version in which the number at `index` is one higher.
    func next(_ index: Int) -> SemanticVersion {
        SemanticVersion(numbers: (0..<3).map { $0 < index ? numbers[$0] : $0 == index ? numbers[index] + 1 : 0 })
    }

    private static func isIdentifiers(_ text: Substring, allowingZeros: Bool) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            guard !part.isEmpty, part.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }) else { return false }
            return allowingZeros || part == "0" || part.first != "0" || !VersionText.isDigits(String(part))
        }
    }
}

/// What all readers of versions share.
enum VersionText {
    /// Longest version or requirement, in bytes.
    static let most = 256

    static func isDigits(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// A number of at most 15 digits, so that one more always fits.
    static func number(_ text: some StringProtocol) -> Int? {
        let text = String(text)
        return isDigits(text) && text.utf8.count <= 15 ? Int(text) : nil
    }
}
