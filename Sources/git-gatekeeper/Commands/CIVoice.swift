import GateBackends
import GateCore
import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a job's log shows: the gate's own words as they are, and those of others where they can do nothing.
struct CIVoice: Sendable {
    let engine: CIEngine
    let common: CommonOptions
    let console: Console
    /// Nobody who wrote a test can know it.
    private let token = SafeScratch.nonce() + SafeScratch.nonce()

    init(engine: CIEngine, common: CommonOptions) {
        self.engine = engine
        self.common = common
        // JSON stays alone on standard output.
        console = Console(
            isQuiet: common.quiet,
            isOneStream: engine != .none && common.format == .text,
            answersAside: common.answersAside
        )
    }

    private var speaks: Bool { common.format == .text }

    /// Begins the part in which tests and their names may be quoted.
    func open(_ title: String) {
        guard speaks else { return }
        switch engine {
        case .github: console.line(GitHubReport.opening(title, token: token))
        case .gitlab: console.line(GitLabReport.opening(title, name: token, time: Self.now))
        case .jenkins, .buildbot, .none: break
        }
    }

    func close() {
        guard speaks else { return }
        switch engine {
        case .github: console.line(GitHubReport.closing(token: token))
        case .gitlab: console.line(GitLabReport.closing(name: token, time: Self.now))
        case .jenkins, .buildbot, .none: break
        }
    }

    /// An answer that is no run.
    func answer(_ text: String, json value: some Encodable, as document: MachineDocument) throws {
        guard speaks else { return try console.answer(value, as: document) }
        quote(text)
    }

    /// A sentence of the gate's own.
    func say(_ text: String) { quote(Excerpt.visible(text)) }

    /// The answer, what red steps printed, and the annotations.
    func show(_ findings: CIFindings, _ run: RunLedger.Run) throws {
        guard speaks else { return try console.answer(findings.record, as: .run) }
        for step in findings.record.steps where step.phase == "head" && findings.tests[step.step] != nil {
            for (name, artifact) in [("output", step.standardOutput), ("errors", step.standardError)] {
                guard let artifact, let bytes = try run.read(artifact), !bytes.isEmpty else { continue }
                let text = Excerpt.headAndTail(of: String(decoding: bytes, as: UTF8.self))
                fold("\(name) of \(step.step)", text)
            }
        }
        quote(TextReport.render(findings.record))
        if engine == .github { for line in GitHubReport.annotations(findings) { console.answer(line) } }
    }

    private func fold(_ title: String, _ text: String) {
        let safe = Excerpt.visible(text)
        switch engine {
        case .github:
            console.answer(
                [GitHubReport.group(title), GitHubReport.fenced(safe, token: token), GitHubReport.endGroup]
                    .joined(separator: "\n")
            )
        case .gitlab:
            let name = "\(token)\(SafeScratch.nonce())"
            console.answer(GitLabReport.section(title, text, name: name, time: Self.now))
        case .jenkins, .buildbot, .none:
            guard engine != .none else { return }
            console.answer("--- \(title)\n\(safe)")
        }
    }

    private func quote(_ text: String) {
        guard speaks else { return console.line(text) }
        console.answer(engine == .github ? GitHubReport.fenced(text, token: token) : text)
    }

    private static var now: Int { Int(GateContext.current().now().timeIntervalSince1970) }
}

/// A reply or a patch in a file.
enum CandidateFile {
    static func read(_ name: String, _ context: GateContext) throws -> Answer {
        guard let bytes = try InputFile.read(path: name, below: context.workingDirectory, limit: 64 << 20) else {
            throw GateFailure(
                "ci.unknown-candidate",
                "there is no file '\(name)'",
                hints: ["'ask --output' writes one"]
            )
        }
        switch ReplyParser.parse(bytes) {
        case .success(let answer): return answer
        case .failure(let refusal):
            throw GateFailure(
                "ci.unreadable-candidate",
                "'\(name)' is neither a patch nor a reply: \(refusal.findings.map(\.message).joined(separator: "; "))"
            )
        }
    }
}
