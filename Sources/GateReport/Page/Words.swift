import GateCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Numbers, times and ids as pages show them. A record is read from a file, so any number may stand in it.
enum Words {
    /// `0.28 s`, `12.3 s`, `4 min 05 s`, `1 h 12 min`.
    static func time(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds >= 0, seconds < 1e9 else { return "unknown" }
        switch seconds {
        case ..<10: return "\(decimal(seconds, 2)) s"
        case ..<120: return "\(decimal(seconds, 1)) s"
        case ..<7200:
            let whole = Int(seconds.rounded())
            return "\(whole / 60) min \(padded(whole % 60)) s"
        default:
            let minutes = Int((seconds / 60).rounded())
            return "\(minutes / 60) h \(padded(minutes % 60)) min"
        }
    }

    /// What is said of entries that a page has no room for; `nil` where it has room for all.
    static func leftOut(_ count: Int, run: String) -> String? {
        count > 0
            ? "\(self.count(count, "more entry has", "more entries have")) no room here; "
                + "'git gatekeeper show \(name(run)) --format json' has all of them." : nil
    }

    /// `640 B`, `12.5 kB`, `8.4 MB`.
    static func size(_ bytes: Int) -> String {
        switch bytes {
        case ..<1000: "\(bytes) B"
        case ..<1_000_000: "\(decimal(Double(bytes) / 1000, 1)) kB"
        default: "\(decimal(Double(bytes) / 1_000_000, 1)) MB"
        }
    }

    /// `1 test`, `3 tests`.
    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        number == 1 ? "1 \(one)" : "\(number) \(many ?? one + "s")"
    }

    /// `$0.0125`
    static func cost(_ dollars: Double) -> String {
        guard dollars.isFinite, dollars >= 0, dollars < 1e9 else { return "unknown" }
        return "$\(decimal(dollars, dollars < 1 ? 4 : 2))"
    }

    /// `2026-11-21 23:16 UTC`
    static func date(_ date: Date) -> String {
        let text = date.formatted(.iso8601)
        return text.count >= 16 ? "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC" : text
    }

    /// The beginning of an object id or digest.
    static func id(_ hex: String) -> String { String(hex.prefix(10)) }

    /// A number between 0 and so many, for a picture.
    static func share(_ part: Double, of whole: Double, in units: Int) -> Int {
        guard part.isFinite, whole.isFinite, part > 0, whole > 0 else { return 0 }
        return Int((min(1, part / whole) * Double(units)).rounded())
    }

    /// The text with so many scalars at most: what looks like one character may be made of a million.
    static func cut(_ text: String, _ maximum: Int) -> String {
        let scalars = text.unicodeScalars
        guard let end = scalars.index(scalars.startIndex, offsetBy: maximum, limitedBy: scalars.endIndex),
            end < scalars.endIndex
        else { return text }
        return String(scalars[..<end]) + "…"
    }

    /// A name of a test, path or command as a row of a table has room for it.
    static func name(_ text: String) -> String { cut(text, 400) }

    /// A sentence of somebody else's.
    static func sentence(_ text: String) -> String { cut(text, 2000) }

    private static func decimal(_ value: Double, _ places: Int) -> String {
        var factor = 1
        for _ in 0..<places { factor *= 10 }
        let scaled = Int((value * Double(factor)).rounded())
        let rest = String(scaled % factor)
        return "\(scaled / factor)." + String(repeating: "0", count: max(0, places - rest.count)) + rest
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// How something went: a word, a symbol and a colour that say the same.
struct Mark: Hashable {
    /// The class that colours it: `good`, `bad`, `open` or `none`.
    let tone: String
    /// A sign that can be told from the others without colour.
    let symbol: String
    let word: String

    static func good(_ word: String) -> Mark { Mark(tone: "good", symbol: "✓", word: word) }
    static func bad(_ word: String) -> Mark { Mark(tone: "bad", symbol: "✕", word: word) }
    static func open(_ word: String) -> Mark { Mark(tone: "open", symbol: "?", word: word) }
    static func none(_ word: String) -> Mark { Mark(tone: "none", symbol: "–", word: word) }

    /// The mark of a run as a whole.
    init(_ record: RunRecord) {
        guard let result = record.result else {
            self = .none("unfinished")
            return
        }
        switch result.verdict {
        case "green", "accepted": self = .good(result.verdict)
        case "rejected" where record.attempts.isEmpty && result.stopReason != "base-contract": self = .bad("red")
        case "rejected": self = .bad("rejected")
        case "undecided" where result.stopReason == "escalated": self = .open("escalated")
        case "undecided": self = .open("undecided")
        default: self = .none(Words.name(result.verdict))
        }
    }

    /// The mark of an attempt.
    init(verdict: String) {
        switch verdict {
        case "accepted": self = .good(verdict)
        case "rejected": self = .bad(verdict)
        default: self = .open(Words.name(verdict))
        }
    }

    /// The mark of a test's outcome.
    init(outcome: String) {
        switch Outcome(rawValue: outcome) {
        case .passed: self = .good(outcome)
        case let known? where known.isRed: self = .bad(outcome)
        default: self = .none(Words.name(outcome))
        }
    }

    /// The mark of a transition.
    init(transition: String, isTarget: Bool) {
        switch Transition(rawValue: transition) {
        case .failToPass: self = .good(transition)
        case .passToFail: self = .bad(transition)
        case .failToFail: self = isTarget ? .bad(transition) : .open(transition)
        case .passToPass: self = .none(transition)
        case nil: self = .none(Words.name(transition))
        }
    }

    private init(tone: String, symbol: String, word: String) {
        self.tone = tone
        self.symbol = symbol
        self.word = word
    }
}
