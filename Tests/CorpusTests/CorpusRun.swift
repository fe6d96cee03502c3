import Foundation
import GateCore
import GateGit
import GateTestSupport

/// One run of the built program on one case.
struct CorpusRun: Sendable {
    /// `accepted`, `rejected`, `undecided`, `green`, or `refused` where the gate could not work.
    let verdict: String
    /// Codes of reasons, of admission and of errors.
    let codes: Set<String>
    /// Level of isolation that was reached; empty where nothing came so far.
    let level: String
    let harms: Set<CorpusWorld.Harm>
    let seconds: Double
    /// What to look at when the run is not what it should be.
    let story: String

    /// Makes a fresh world and lets the gate judge the case in it.
    ///
    /// - Parameters:
    ///   - without: defences that are left out.
    ///   - level: the one level of isolation that may be tried; `nil` for the strongest.
    ///   - isNaive: whether the exit status alone is to decide.
    static func make(
        _ one: CorpusCase,
        without: [String] = [],
        level: String? = nil,
        isNaive: Bool = false
    ) async throws -> CorpusRun {
        // Temporary folders are replaced by empty ones in a sandbox; a world below one of them would show too little.
        try await withScratchFolder(outsideTemporary: "c") { scratch in
            let world = try await CorpusWorld(one, in: scratch)
            let arguments = try await arguments(one, in: world)
            var environment = ["PATH": "\(Program.folder):\(world.environment["PATH"] ?? "")"]
            environment["CORPUS_SECRET"] = world.secret
            environment["GIT_GATEKEEPER_WITHOUT"] = without.joined(separator: ",")
            if let level { environment["GIT_GATEKEEPER_SANDBOX_LEVEL"] = level }
            if isNaive {
                environment["GIT_CONFIG_COUNT"] = "1"
                environment["GIT_CONFIG_KEY_0"] = "gatekeeper.check.test.format"
                environment["GIT_CONFIG_VALUE_0"] = "exit-code"
            }
            for (name, value) in one.environment ?? [:] { environment[name] = world.filled(value) }
            // Who tries a case on a machine without isolation has said so beforehand.
            if level == "process" || without.contains(Defence.sandbox.rawValue) {
                try await world.repository.git("config", "gatekeeper.trust.commands", "always")
            }
            let before = try await world.picture()
            let began = ContinuousClock.now
            let answer = try await world.repository.gatekeeper(
                arguments: arguments,
                environment: environment,
                in: one.workingFolder.map { "\(world.repository.path)/\($0)" }
            )
            let seconds = (ContinuousClock.now - began) / .seconds(1)
            let harms = try await world.harms(since: before, answer: answer)
            return CorpusRun(answer, harms: harms, seconds: seconds)
        }
    }

    private init(_ answer: ProcessResult, harms: Set<CorpusWorld.Harm>, seconds: Double) {
        self.harms = harms
        self.seconds = seconds
        if let verification = try? JSON.decode(Verification.self, from: answer.standardOutput.bytes) {
            verdict = verification.isProven ? "accepted" : "rejected"
            level = ""
            let failures = verification.findings.compactMap { $0.failure.map { "attestation.\($0.rawValue)" } }
            codes = Set(verification.findings.isEmpty ? ["attestation.none"] : failures)
            story = verification.findings.map { "\($0.failure?.rawValue ?? "-"): \($0.message)" }.joined(
                separator: "\n"
            )
            return
        }
        guard let record = try? JSON.decode(RunRecord.self, from: answer.standardOutput.bytes),
            let result = record.result
        else {
            // The last line of an error ends in its code.
            verdict = "refused"
            level = ""
            codes = Set(
                answer.standardError.text.split(separator: "\n").filter { $0.hasPrefix("error: ") }.compactMap { line in
                    line.split(separator: "[").last.map { String($0.prefix { $0 != "]" }) }
                }
            )
            story = "status \(answer.termination)\n\(answer.standardError.text.suffix(2000))"
            return
        }
        verdict = result.verdict
        level = record.sandbox.level
        let reasons = result.reasons + record.attempts.flatMap(\.reasons)
        codes = Set(
            reasons.flatMap { reason in
                // The reason of a refusal begins with the rule's own code.
                let rule =
                    reason.code == ReasonCode.admission.rawValue ? reason.message.split(separator: ":").first : nil
                return [reason.code] + (rule.map { [String($0)] } ?? [])
            }
        )
        let messages = reasons.map { "\($0.code): \($0.message)" }
        story = (messages + [String(answer.standardError.text.suffix(1500))]).joined(separator: "\n")
    }

    /// Puts the candidate in place, and says how the gate is called.
    private static func arguments(_ one: CorpusCase, in world: CorpusWorld) async throws -> [String] {
        let more = (one.arguments ?? []).map(world.filled) + ["--format", "json"]
        let file = "\(world.repository.scratch)/candidate"
        if let backend = one.file("backend.sh", in: world) {
            let program = "\(world.repository.scratch)/backend"
            try Data(backend.utf8).write(to: URL(fileURLWithPath: program))
            return ["run", "--dry-run", "--max-retries", "1", "--backend-command", "sh \(program)"] + more
        }
        if let attestation = one.file("attestation.sh", in: world) {
            let shared = "\(CorpusCase.root)/attestation"
            let prelude = FileManager.default.contents(atPath: "\(shared)/prelude.sh") ?? Data()
            try await world.script(
                "CORPUS='\(shared)'\n" + world.filled(String(decoding: prelude, as: UTF8.self)) + attestation,
                in: world.repository.path,
                programs: Program.folder
            )
            return ["verify", "HEAD", "--base", "base"] + more
        }
        if let tree = one.file("tree.sh", in: world) {
            try await commit(tree, in: world)
            return ["judge", "candidate"] + more
        }
        if let made = one.file("candidate.sh", in: world) {
            let bytes = try await world.script(made, in: world.repository.path)
            try Data(bytes).write(to: URL(fileURLWithPath: file))
        } else if let text = one.file("candidate.patch", in: world) ?? one.file("candidate.json", in: world) {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        } else {
            return ["test"] + more
        }
        if one.through == "backend" {
            return ["run", "--dry-run", "--max-retries", "1", "--backend-command", "cat \(file)"] + more
        }
        return ["judge", file] + more
    }

    /// Runs a script in a clone and makes what it left there the branch `candidate`.
    private static func commit(_ script: String, in world: CorpusWorld) async throws {
        let clone = TestRepository(at: "\(world.repository.scratch)/clone", scratch: world.repository.scratch)
        try await world.repository.git("clone", "-q", world.repository.path, clone.path)
        try await world.script(script, in: clone.path)
        try await clone.git("add", "-A", "-f")
        try await clone.git("commit", "-q", "--allow-empty", "-m", "the candidate")
        try await world.repository.git("fetch", "-q", clone.path, "+HEAD:refs/heads/candidate")
        try FileManager.default.removeItem(atPath: clone.path)
    }
}

/// A scratch folder beside the built program.
private func withScratchFolder<R>(outsideTemporary name: String, _ body: (String) async throws -> R) async throws -> R {
    let path = "\(Program.folder)/\(name)-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer {
        if ProcessInfo.processInfo.environment["GIT_GATEKEEPER_KEEP_SCRATCH"] != "1" {
            try? FileManager.default.removeItem(atPath: path)
        }
    }
    return try await body(path)
}
