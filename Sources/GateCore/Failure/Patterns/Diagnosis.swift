/// What a compiler's line says behind the place it names.
struct Diagnosis {
    let message: String?
    /// The code of the message, as `TS2322`, where the line begins with one.
    let code: String?

    /// Words that stand between the place and the message.
    private static let announcements = ["fatal error: ", "error: ", "error ", "syntax error: ", "Syntax error: "]

    init(_ match: LineTemplate.Match) {
        let bytes = match.line.bytes
        let place = ["column", "line"].compactMap { match.ranges[$0]?.upperBound }.max()
        var rest = String(decoding: bytes[(place ?? 0)...], as: UTF8.self)[...]
        if place != nil { rest = rest.drop { ":)],- ".contains($0) } }
        for word in Self.announcements where rest.hasPrefix(word) { rest = rest.dropFirst(word.count) }
        var code: String?
        if rest.hasPrefix("TS"), let end = rest.firstIndex(of: ":") {
            code = String(rest[..<end])
            rest = rest[rest.index(after: end)...].drop { $0 == " " }
        }
        // Where the line names no place, what the form calls the message is all there is.
        message = place == nil && !rest.hasPrefix("expected ") ? nil : rest.isEmpty ? nil : String(rest)
        self.code = code
    }
}
