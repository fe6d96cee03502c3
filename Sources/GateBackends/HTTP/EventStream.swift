/// Server-sent events, as models stream their answers.
enum EventStream {
    struct Event: Sendable, Hashable {
        /// The name of the event; empty where it has none.
        let name: String
        let data: String
    }

    /// The events of a stream. One that was cut off in the middle is left out.
    static func events(_ bytes: [UInt8]) -> [Event] {
        var events: [Event] = []
        var name = ""
        var data: [Substring] = []
        let text = String(decoding: bytes, as: UTF8.self)
        for line in text.unicodeScalars.split(omittingEmptySubsequences: false, whereSeparator: { $0 == "\n" }) {
            let line = line.last == "\r" ? Substring(line.dropLast()) : Substring(line)
            if line.isEmpty {
                if !data.isEmpty { events.append(Event(name: name, data: data.joined(separator: "\n"))) }
                name = ""
                data = []
            } else if line.hasPrefix("data:") {
                data.append(value(line.dropFirst(5)))
            } else if line.hasPrefix("event:") {
                name = String(value(line.dropFirst(6)))
            }
        }
        return events
    }

    private static func value(_ rest: Substring) -> Substring { rest.first == " " ? rest.dropFirst() : rest }
}
