/// When an exchange is tried again, and after how long: what the vendors' own client libraries do.
struct RetryPolicy: Sendable {
    /// Further exchanges after the first.
    var retries = 2
    /// A number between 0 and 1 for each wait, so that many clients do not come back at once.
    var random: @Sendable () -> Double = { Double.random(in: 0..<1) }
    var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    private static let transient: Set<Int> = [408, 409, 429]
    /// Longest wait that a server may ask for.
    private static let longest = Duration.seconds(120)

    /// Whether an answer with an error may be better the next time.
    static func mayRetry(_ answer: HTTPAnswer, isExhausted: Bool) -> Bool {
        // No wait refills a quota.
        if isExhausted { return false }
        switch answer.headers["x-should-retry"] {
        case "true": return true
        case "false": return false
        default: return transient.contains(answer.status) || answer.status >= 500
        }
    }

    /// How long to wait before exchange number `next`, from 2; `nil` where the server asks for more than anybody waits.
    func wait(before next: Int, after answer: HTTPAnswer?) -> Duration? {
        if let answer, let asked = Self.asked(answer) {
            if asked > Self.longest { return nil }
            if asked > .zero { return asked }
        }
        let base = min(0.5 * Double(1 << min(next - 2, 10)), 8)
        return .milliseconds(Int64(base * (1 - 0.25 * random()) * 1000))
    }

    /// The wait that a server asks for.
    private static func asked(_ answer: HTTPAnswer) -> Duration? {
        if let text = answer.headers["retry-after-ms"], let value = Double(text), value.isFinite, value >= 0 {
            return .milliseconds(Int64(min(value, 1e9)))
        }
        guard let text = answer.headers["retry-after"] else { return nil }
        if let value = Double(text), value.isFinite, value >= 0 { return .milliseconds(Int64(min(value, 1e6) * 1000)) }
        // The server's own clock is the one its date was written by.
        guard let until = HTTPDate.seconds(text), let now = answer.headers["date"].flatMap(HTTPDate.seconds) else {
            return nil
        }
        return .seconds(max(0, until - now))
    }
}

/// Dates of HTTP: `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Seconds since 1970; `nil` for any other form.
    static func seconds(_ text: String) -> Int? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(words[2])), let year = Int(words[3]), (1970...9999).contains(year)
        else { return nil }
        let time = words[4].split(separator: ":").compactMap { Int($0) }
        guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]), (0...60).contains(time[2]) else {
            return nil
        }
        // Days from the civil calendar, with years that begin in March.
        let shifted = month < 2 ? year - 1 : year
        let era = shifted / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * (month < 2 ? month + 10 : month - 2) + 2) / 5 + day - 1
        let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
        return days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]
    }
}
