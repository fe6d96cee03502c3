import GateCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One of git's three forms of trace2, and where it is written to.
struct Trace2Target: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case normal, event, perf

        var variable: String { self == .normal ? "GIT_TRACE2" : "GIT_TRACE2_\(rawValue.uppercased())" }
    }

    /// One event, before it has a form.
    struct Line {
        let event: String
        let members: [String: JSONValue]
        let words: String
        let thread: String
        let session: String
        let depth: Int
        let elapsed: Double?
        let since: Double?
        let category: String
        let time: Date
        let place: (file: String, line: Int)
    }

    let kind: Kind
    private let descriptor: Int32
    /// Whether time and place are left out.
    private let isBrief: Bool

    /// - Parameter session: last part of the session id, which names files in folders.
    /// - Returns: `nil` where it is switched off, or cannot be written to: as with git, nothing depends on a trace.
    init?(_ kind: Kind, environment: [String: String], settings: [String: String], session: String) {
        let value = environment[kind.variable] ?? settings["trace2.\(kind.rawValue)target"] ?? ""
        guard let descriptor = Self.open(value, session: session) else { return nil }
        self.kind = kind
        self.descriptor = descriptor
        let brief = environment["\(kind.variable)_BRIEF"] ?? settings["trace2.\(kind.rawValue)brief"] ?? ""
        isBrief = ["1", "true", "yes", "on"].contains(brief.lowercased())
    }

    private static func open(_ value: String, session: String) -> Int32? {
        switch value.lowercased() {
        case "", "0", "false": return nil
        case "1", "true": return STDERR_FILENO
        case let digit where digit.count == 1: return Int32(digit).flatMap { fcntl($0, F_GETFD) < 0 ? nil : $0 }
        default: break
        }
        guard value.hasPrefix("/") else { return nil }
        var status = stat()
        let isFolder = stat(value, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        for number in 0..<10 {
            let path = isFolder ? "\(value)/\(session)\(number == 0 ? "" : ".\(number)")" : value
            let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | (isFolder ? O_EXCL : 0)
            #if canImport(Glibc)
                let descriptor = Glibc.open(path, flags, 0o666)
            #else
                let descriptor = Darwin.open(path, flags, 0o666)
            #endif
            if descriptor >= 0 { return descriptor }
            guard isFolder, errno == EEXIST else { return nil }
        }
        return nil
    }

    /// One write for each line, so that lines of several processes do not mix.
    func write(_ line: Line) {
        _ = Descriptor.write(form(line)[...], to: descriptor)
    }

    private func form(_ line: Line) -> [UInt8] {
        switch kind {
        case .event:
            var members = line.members
            members["event"] = .text(line.event)
            members["sid"] = .text(line.session)
            members["thread"] = .text(line.thread)
            if !isBrief || ["start", "atexit"].contains(line.event) {
                members["time"] = .text(Self.microseconds(line.time))
            }
            if !isBrief {
                members["file"] = .text(line.place.file)
                members["line"] = .number(line.place.line)
            }
            return (try? JSON.encode(JSONValue.object(members), pretty: false)) ?? []
        case .normal: return Array("\(prefix(line))\(line.event) \(line.words)\n".utf8)
        case .perf:
            let columns = [
                "d\(line.depth)", Self.wide(line.thread, 24), Self.wide(line.event, 12), "   ",
                Self.seconds(line.elapsed), Self.seconds(line.since), Self.wide(line.category, 10), line.words,
            ]
            return Array("\(prefix(line))\(isBrief ? "" : "| ")\(columns.joined(separator: " | "))\n".utf8)
        }
    }

    /// Time of day and place, as git begins its lines.
    private func prefix(_ line: Line) -> String {
        if isBrief { return "" }
        let time = Self.microseconds(line.time).dropFirst(11).prefix(15)
        return Self.wide("\(time) \(line.place.file):\(line.place.line)", 50)
    }

    private static func wide(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func seconds(_ value: Double?) -> String {
        guard let value else { return "         " }
        let micros = Int((value * 1e6).rounded())
        let text = "\(micros / 1_000_000).\(String(String(1_000_000 + micros % 1_000_000).dropFirst()))"
        return String(repeating: " ", count: max(0, 9 - text.count)) + text
    }

    /// UTC to the microsecond: `2019-04-08T19:18:27.282761Z`.
    static func microseconds(_ date: Date) -> String {
        let whole = date.timeIntervalSince1970.rounded(.down)
        let micros = min(999_999, Int((date.timeIntervalSince1970 - whole) * 1e6))
        let second = Date(timeIntervalSince1970: whole).formatted(.iso8601).dropLast()
        return "\(second).\(String(String(1_000_000 + micros).dropFirst()))Z"
    }
}
