import GateCore
import GateGit
import Synchronization

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

/// Writes what this process does as git's own trace2, where somebody has switched that on.
///
/// The session id goes on from that of the git that started us, and children go on from ours, so that one trace shows a
/// push with its hook, our steps and our own calls of git.
final class Trace2: RunListener {
    private struct State {
        /// Regions that are open: their thread and when they began.
        var open: [String: (thread: String, start: ContinuousClock.Instant)] = [:]
        var threads = 0
    }

    private static let current = Mutex<Trace2?>(nil)
    /// The one of this process; `nil` where nothing is traced.
    static var shared: Trace2? { current.withLock { $0 } }

    private let targets: [Trace2Target]
    private let session: String
    private let depth: Int
    private let hierarchy: String
    private let begun = ContinuousClock.now
    private let state = Mutex(State())
    /// What looks like a secret is kept out, whoever typed it.
    private let redactor = Redactor(secrets: [])
    private static let parentVariable = "GIT_TRACE2_PARENT_SID"
    private static let nameVariable = "GIT_TRACE2_PARENT_NAME"

    /// Begins, where one of git's variables or its configuration asks for it.
    ///
    /// - Parameter words: the command line.
    static func start(_ words: [String]) async {
        let environment = ProcessEnvironment.current
        // A git that traces by its configuration says so to its children; nobody else is asked.
        var settings: [String: String] = [:]
        if environment[parentVariable] != nil { settings = await configuration(environment) }
        let parent = environment[parentVariable]
        let own = sessionID()
        let targets = Trace2Target.Kind.allCases.compactMap { kind in
            Trace2Target(kind, environment: environment, settings: settings, session: own)
        }
        guard !targets.isEmpty else { return }
        let trace = Trace2(targets, parent: parent, own: own, parentName: environment[nameVariable])
        current.withLock { $0 = trace }
        setenv(parentVariable, trace.session, 1)
        setenv(nameVariable, trace.hierarchy, 1)
        trace.emit("version", ["evt": "3", "exe": .text(gateVersion)], gateVersion)
        let said = words.map { trace.redactor.redact($0) }
        trace.emit("start", ["argv": .list(said.map { .text($0) })], said.joined(separator: " "), isTimed: true)
        trace.emit(
            "cmd_name",
            ["name": "gatekeeper", "hierarchy": .text(trace.hierarchy)],
            "gatekeeper (\(trace.hierarchy))"
        )
        ProcessObserver.observe { trace.hear($0) }
    }

    private init(_ targets: [Trace2Target], parent: String?, own: String, parentName: String?) {
        self.targets = targets
        session = parent.map { "\($0)/\(own)" } ?? own
        depth = parent.map { $0.split(separator: "/").count } ?? 0
        hierarchy = parentName.map { "\($0)/gatekeeper" } ?? "gatekeeper"
    }

    /// Ends the trace with the status of the process.
    func end(code: Int32, signal: Int32?) {
        if let signal {
            emit("signal", ["signo": .number(Int(signal))], "elapsed:\(elapsed) code:\(signal)", isTimed: true)
        }
        emit("exit", ["code": .number(Int(code))], "elapsed:\(elapsed) code:\(code)", isTimed: true)
        emit("atexit", ["code": .number(Int(code))], "elapsed:\(elapsed) code:\(code)", isTimed: true)
    }

    /// What stopped the gate.
    func complain(_ failure: any GateError) {
        let said = redactor.redact(failure.message)
        emit("error", ["msg": .text(said), "fmt": .text(failure.code)], said)
    }

    func hear(_ event: RunEvent, _ redactor: Redactor) {
        switch event {
        case .opened(_, _, _, _, let id): data("run", id)
        case .stepStarted(let step, let phase): enter("\(phase)/\(step)")
        case .stepEnded(let run, let phase): leave("\(phase)/\(run.step.id)")
        case .judged(let number, let verdict, _): data("attempt-\(number)", verdict.kind.rawValue)
        case .ended(let record): data("verdict", record.result?.verdict ?? "undecided")
        default: break
        }
    }

    private func hear(_ event: ProcessObserver.Event) {
        switch event {
        case .starting(let id, let words, let folder):
            let said = words.map { redactor.redact($0) }
            emit(
                "child_start",
                [
                    "child_id": .number(id), "child_class": .text(words.first == "git" ? "git" : "?"),
                    "use_shell": false, "argv": .list(said.map { .text($0) }), "cd": .text(folder),
                ],
                "[\(id)] \(said.joined(separator: " "))",
                [.normal, .event, .perf]
            )
        case .ended(let id, let process, let code, let seconds):
            emit(
                "child_exit",
                [
                    "child_id": .number(id), "pid": .number(Int(process ?? 0)), "code": .number(Int(code ?? -1)),
                    "t_rel": .decimal(seconds),
                ],
                "[\(id)] pid:\(process ?? 0) code:\(code ?? -1) elapsed:\(seconds)",
                [.normal, .event, .perf],
                since: seconds,
                isTimed: true
            )
        }
    }

    private func enter(_ label: String) {
        let thread = state.withLock { state -> String in
            // Regions nest within one thread, so what runs beside another has a thread of its own.
            var thread = "main"
            if !state.open.isEmpty {
                state.threads += 1
                thread = "th\(state.threads < 10 ? "0" : "")\(state.threads):step"
            }
            state.open[label] = (thread, .now)
            return thread
        }
        region("region_enter", label, thread, nil)
    }

    private func leave(_ label: String) {
        guard let open = state.withLock({ $0.open.removeValue(forKey: label) }) else { return }
        region("region_leave", label, open.thread, (ContinuousClock.now - open.start).seconds)
    }

    private func region(_ event: String, _ label: String, _ thread: String, _ seconds: Double?) {
        var members: [String: JSONValue] = [
            "nesting": 1, "category": "gatekeeper", "label": .text(redactor.redact(label)),
        ]
        if let seconds { members["t_rel"] = .decimal(seconds) }
        emit(
            event,
            members,
            "label:\(redactor.redact(label))",
            [.event, .perf],
            thread: thread,
            since: seconds,
            category: "gatekeeper"
        )
    }

    private func data(_ key: String, _ value: String) {
        emit(
            "data",
            [
                "t_abs": .decimal(elapsed), "t_rel": .decimal(elapsed), "nesting": 1, "category": "gatekeeper",
                "key": .text(key), "value": .text(value),
            ],
            "\(key):\(value)",
            [.event, .perf],
            category: "gatekeeper"
        )
    }

    /// Seconds since this process began, to the microsecond.
    private var elapsed: Double {
        let (seconds, attoseconds) = (ContinuousClock.now - begun).components
        return Double(seconds) + Double(attoseconds / 1_000_000_000_000) / 1e6
    }

    private func emit(
        _ event: String,
        _ members: [String: JSONValue],
        _ words: String,
        _ kinds: Set<Trace2Target.Kind> = [.normal, .event, .perf],
        thread: String = "main",
        since: Double? = nil,
        category: String = "",
        isTimed: Bool = false,
        file: String = #fileID,
        line: Int = #line
    ) {
        let now = Date()
        var members = members
        if isTimed { members["t_abs"] = .decimal(elapsed) }
        let said = Trace2Target.Line(
            event: event,
            members: members,
            words: words.split(whereSeparator: \.isNewline).joined(separator: " "),
            thread: thread,
            session: session,
            depth: depth,
            elapsed: isTimed || !category.isEmpty ? elapsed : nil,
            since: since,
            category: category,
            time: now,
            place: (String(file.split(separator: "/").last ?? ""), line)
        )
        for target in targets where kinds.contains(target.kind) { target.write(said) }
    }

    /// As git makes its own: time, host, process.
    private static func sessionID() -> String {
        let time = Trace2Target.microseconds(Date())
        let stamp = "\(time.prefix(19).filter { $0 != "-" && $0 != ":" })\(time.dropFirst(19))"
        var name = [CChar](repeating: 0, count: 256)
        let host =
            gethostname(&name, 255) == 0
            ? String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
        let number = String(getpid(), radix: 16)
        let process = String(repeating: "0", count: max(0, 8 - number.count)) + number
        return "\(stamp)-\(host.isEmpty ? "Localhost" : "H\(SHA256.hex(host).prefix(8))")-P\(process)"
    }

    /// `trace2.*` of the system's and the user's configuration, the only ones that git reads for it.
    private static func configuration(_ environment: [String: String]) async -> [String: String] {
        var settings: [String: String] = [:]
        for scope in ["--system", "--global"] {
            let result = try? await ProcessRunner.run(
                ProcessRequest(
                    executable: "git",
                    arguments: ["config", scope, "--null", "--get-regexp", "^trace2\\."],
                    environment: GitCommand.environment(from: environment.filter { !$0.key.hasPrefix("GIT_TRACE2") }),
                    workingDirectory: "/",
                    limits: ProcessLimits(wallTime: .seconds(5), maximumBytes: 1 << 16)
                )
            )
            for entry in (result?.standardOutput.bytes ?? []).split(separator: 0) {
                let text = String(decoding: entry, as: UTF8.self)
                guard let end = text.firstIndex(of: "\n") else { continue }
                settings[String(text[..<end])] = String(text[text.index(after: end)...])
            }
        }
        return settings
    }
}
