/// A version of a Python package, ordered by PEP 440.
struct PythonVersion: Sendable, Hashable, Comparable {
    let epoch: Int
    /// Without zeros at the end.
    let release: [Int]
    /// Numbers of the release as they were written.
    let written: [Int]
    /// 0 for a, 1 for b, 2 for rc.
    let pre: (stage: Int, number: Int)?
    let post: Int?
    let dev: Int?
    let local: [String]

    /// - Returns: `nil` for anything but one whole version; every spelling that PEP 440 takes is one.
    init?(_ text: String) {
        var rest = VersionScanner(text.trimmedBlanks.lowercased())
        guard text.utf8.count <= VersionText.most else { return nil }
        _ = rest.take("v")
        var numbers = rest.numbers()
        var epoch = 0
        if numbers.count == 1, rest.take("!") {
            epoch = numbers[0]
            numbers = rest.numbers()
        }
        guard !numbers.isEmpty else { return nil }
        var pre: (stage: Int, number: Int)?
        if let word = rest.label(["alpha", "beta", "preview", "pre", "rc", "a", "b", "c"]) {
            pre = (word.hasPrefix("a") ? 0 : word.hasPrefix("b") ? 1 : 2, rest.numberAfterLabel())
        }
        var post: Int?
        if let number = rest.bareNumber() {
            post = number
        } else if rest.label(["post", "rev", "r"]) != nil {
            post = rest.numberAfterLabel()
        }
        var dev: Int?
        if rest.label(["dev"]) != nil { dev = rest.numberAfterLabel() }
        var local: [String] = []
        if rest.take("+") {
            local = rest.remaining().split(omittingEmptySubsequences: false) { "-_.".contains($0) }.map(String.init)
            guard local.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } })
            else { return nil }
        }
        guard rest.isAtEnd, !rest.isBroken else { return nil }
        self.init(epoch: epoch, written: numbers, pre: pre, post: post, dev: dev, local: local)
    }

    init(
        epoch: Int = 0,
        written: [Int],
        pre: (stage: Int, number: Int)? = nil,
        post: Int? = nil,
        dev: Int? = nil,
        local: [String] = []
    ) {
        self.epoch = epoch
        self.written = written
        release = Array(written.reversed().drop { $0 == 0 }.reversed())
        self.pre = pre
        self.post = post
        self.dev = dev
        self.local = local
    }

    var isPrerelease: Bool { pre != nil || dev != nil }

    /// Without what follows `+`.
    var withoutLocal: PythonVersion {
        PythonVersion(epoch: epoch, written: written, pre: pre, post: post, dev: dev)
    }

    /// Epoch and numbers alone.
    var base: PythonVersion { PythonVersion(epoch: epoch, written: written) }

    /// The one spelling that PEP 440 prefers, with as many numbers as were written.
    var spelling: String {
        var text = (epoch == 0 ? "" : "\(epoch)!") + written.map(String.init).joined(separator: ".")
        if let pre { text += ["a", "b", "rc"][pre.stage] + String(pre.number) }
        if let post { text += ".post\(post)" }
        if let dev { text += ".dev\(dev)" }
        return text + (local.isEmpty ? "" : "+" + local.joined(separator: "."))
    }

    /// The first version in which the number at `index` is one higher.
    func next(_ index: Int) -> PythonVersion {
        PythonVersion(
            epoch: epoch,
            written: (0...index).map { ($0 < written.count ? written[$0] : 0) + ($0 == index ? 1 : 0) }
        )
    }

    private var stages: [Int] {
        let pre = pre.map { [$0.stage, $0.number] } ?? (post == nil && dev != nil ? [-1, 0] : [3, 0])
        return pre + [post ?? -1, dev ?? Int.max]
    }

    static func == (left: PythonVersion, right: PythonVersion) -> Bool { !(left < right) && !(right < left) }

    func hash(into hasher: inout Hasher) {
        hasher.combine(epoch)
        hasher.combine(release)
        hasher.combine(stages)
    }

    static func < (left: PythonVersion, right: PythonVersion) -> Bool {
        if left.epoch != right.epoch { return left.epoch < right.epoch }
        if left.release != right.release { return left.release.lexicographicallyPrecedes(right.release) }
        if left.stages != right.stages { return left.stages.lexicographicallyPrecedes(right.stages) }
        for (one, other) in zip(left.local, right.local) {
            switch (VersionText.number(one), VersionText.number(other)) {
            case (let a?, let b?): if a != b { return a < b }
            case (nil, nil): if one != other { return one < other }
            case (let a, _): return a == nil
            }
        }
        return left.local.count < right.local.count
    }
}

/// Reads the parts of a version one after the other.
private struct VersionScanner {
    private var rest: Substring
    /// Whether a number was too long.
    private(set) var isBroken = false

    init(_ text: String) { rest = text[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ text: String) -> Bool {
        guard rest.hasPrefix(text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    private mutating func digits() -> Int? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        if let number = VersionText.number(digits) { return number }
        isBroken = true
        return 0
    }

    /// Numbers with dots between them.
    mutating func numbers() -> [Int] {
        var numbers: [Int] = []
        while let number = digits() {
            numbers.append(number)
            guard let after = rest.dropFirst().first, rest.first == ".", after.isASCII, after.isNumber else { break }
            rest = rest.dropFirst()
        }
        return numbers
    }

    /// One of the words, and before it a divider where there is one.
    mutating func label(_ words: [String]) -> String? {
        let after = rest.first.map { "-_.".contains($0) } == true ? rest.dropFirst() : rest
        guard let word = words.first(where: { after.hasPrefix($0) }) else { return nil }
        rest = after.dropFirst(word.count)
        return word
    }

    /// 0 where none is written.
    mutating func numberAfterLabel() -> Int {
        let before = rest
        if rest.first.map({ "-_.".contains($0) }) == true { rest = rest.dropFirst() }
        if let number = digits() { return number }
        rest = before
        return 0
    }

    /// A post release that is written as `-1`.
    mutating func bareNumber() -> Int? {
        let before = rest
        guard take("-") else { return nil }
        if let number = digits() { return number }
        rest = before
        return nil
    }

    mutating func remaining() -> Substring {
        defer { rest = "" }
        return rest
    }
}
