/// One request to a server.
struct HTTPRequest: Sendable {
    var method = "POST"
    var endpoint: HTTPEndpoint
    /// Names and values; what is secret among them is never written anywhere but to curl's standard input.
    var headers: [(name: String, value: String)]
    var body: [UInt8] = []
}

/// What a server answered, whatever its status.
struct HTTPAnswer: Sendable, Hashable {
    let status: Int
    /// Values by lower-case name; the last where a name comes twice.
    let headers: [String: String]
    let body: [UInt8]

    var isSuccess: Bool { (200..<300).contains(status) }

    /// The media type without its parameters, in lower case.
    var mediaType: String {
        let value = headers["content-type"] ?? ""
        return value.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
    }

    /// Reads what curl prints with `--include`: blocks of headers, of which the last one counts, then the body.
    ///
    /// - Returns: `nil` where there is no complete block of headers.
    static func parse(_ bytes: [UInt8]) -> HTTPAnswer? {
        var rest = bytes[...]
        while true {
            guard rest.starts(with: "HTTP/".utf8), let head = endOfHead(rest) else { return nil }
            let lines = String(decoding: rest[..<head.lowerBound], as: UTF8.self)
                .split(omittingEmptySubsequences: true) { $0 == "\r\n" || $0 == "\n" }
            rest = rest[head.upperBound...]
            let words = lines.first?.split(separator: " ") ?? []
            guard words.count >= 2, let status = Int(words[1]) else { return nil }
            // Interim answers, such as 100 and 103, come before the one that counts.
            if (100..<200).contains(status) { continue }
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { continue }
                let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
                headers[line[..<colon].lowercased()] = String(value)
            }
            return HTTPAnswer(status: status, headers: headers, body: Array(rest))
        }
    }

    private static func endOfHead(_ bytes: ArraySlice<UInt8>) -> Range<Int>? {
        let limit = bytes.prefix(256 << 10)
        return limit.firstRange(of: Array("\r\n\r\n".utf8)) ?? limit.firstRange(of: Array("\n\n".utf8))
    }
}
