/// The results of one TAP producer (versions 12 to 14), read strictly.
///
/// Unknown lines are skipped, as TAP asks; the plan must stand there once, and numbers must run from 1 without a gap.
struct TAPDocument {
    struct Line {
        var number: Int
        /// Without the dash that many producers write in front; the number where there is none.
        var name: String
        var outcome: Outcome
        var reason: String?
        /// Comments and the YAML block behind it.
        var detail: [String] = []
    }

    private(set) var results: [Line] = []
    private(set) var faults: [String] = []
    private var plans: [Int] = []
    private(set) var skipsAll = false

    /// Takes the next line of output.
    mutating func take(_ raw: Substring) {
        // Subtests are indented; the line of their parent says what they gave together.
        if raw.first == " " || raw.first == "\t" || raw.hasPrefix("#") {
            if !results.isEmpty, !raw.trimmed.isEmpty { results[results.count - 1].detail.append(Self.plain(raw)) }
            return
        }
        let line = raw.last == "\r" ? raw.dropLast() : raw
        if line.hasPrefix("Bail out!") {
            faults.append("bails out: \(line.dropFirst(9).trimmed)")
        } else if line.hasPrefix("1.."), let count = Int(line.dropFirst(3).prefix { $0.isNumber }) {
            plans.append(count)
            if count == 0 { skipsAll = true }
        } else if Self.begins(line, "not ok") {
            test(line.dropFirst(6), passed: false)
        } else if Self.begins(line, "ok") {
            test(line.dropFirst(2), passed: true)
        }
    }

    /// Whether anything here looks like TAP.
    var isEmpty: Bool { results.isEmpty && plans.isEmpty && faults.isEmpty }

    /// What is wrong with the document as a whole.
    var finalFaults: [String] {
        var all = faults
        if plans.count != 1 {
            all.append(plans.isEmpty ? "has no plan" : "has \(plans.count) plans")
        } else if plans[0] != results.count {
            all.append("plans \(plans[0]) tests and has \(results.count)")
        }
        if results.map(\.number) != Array(1...max(results.count, 1)).prefix(results.count).map({ $0 }) {
            all.append("does not number its tests from 1 without a gap")
        }
        return all
    }

    private static func begins(_ line: Substring, _ word: String) -> Bool {
        guard line.hasPrefix(word) else { return false }
        let rest = line.dropFirst(word.count)
        return rest.isEmpty || rest.first == " "
    }

    private static func plain(_ raw: Substring) -> String {
        raw.hasPrefix("#") ? raw.dropFirst().trimmed : String(raw)
    }

    private mutating func test(_ text: Substring, passed: Bool) {
        var rest = text.drop { $0 == " " }
        let digits = rest.prefix { $0.isNumber }
        rest = rest.dropFirst(digits.count).drop { $0 == " " }
        let number = digits.isEmpty ? results.count + 1 : Int(digits) ?? 0
        var outcome: Outcome = passed ? .passed : .failed
        var reason: String?
        if let (start, word, text) = Self.directive(rest) {
            rest = rest[..<start]
            reason = text.isEmpty ? word : text
            // A failing `todo` does not fail the run; a failing `skip` is a contradiction, and stays a failure.
            if word == "todo" || passed { outcome = .skipped }
        }
        if rest.hasPrefix("- ") { rest = rest.dropFirst(2) }
        let name = rest.trimmed.replacing("\\#", with: "#")
        results.append(
            Line(number: number, name: name.isEmpty ? "(\(number))" : name, outcome: outcome, reason: reason)
        )
    }

    /// The last `# SKIP reason` or `# TODO reason` that is not escaped.
    private static func directive(_ text: Substring) -> (Substring.Index, String, String)? {
        for range in text.ranges(of: "#").reversed() {
            if range.lowerBound > text.startIndex, text[text.index(before: range.lowerBound)] == "\\" { continue }
            let after = text[range.upperBound...].drop { $0 == " " }
            let word = after.prefix { $0.isLetter }.lowercased()
            guard word.hasPrefix("skip") || word == "todo" else { continue }
            let reason = after.drop { !$0.isWhitespace }.trimmed
            return (range.lowerBound, word == "todo" ? "todo" : "skip", reason)
        }
        return nil
    }
}
