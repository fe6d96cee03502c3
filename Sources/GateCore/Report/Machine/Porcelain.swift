package import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Lines for scripts that do without JSON: `--porcelain`, version 1.
///
/// Each begins with a word that says what it is, and its fields are divided by one blank; where something is absent there
/// is a `-`. Names come last. They are quoted as git quotes paths, or as they are where lines end in NUL.
package struct Porcelain: Sendable {
    /// Which form of the lines; a line of one version never changes, and later ones may add others.
    package enum Version: String, Sendable, CaseIterable {
        case v1
    }

    /// Whether lines end in NUL, so that names need no quotes.
    private let endsInNull: Bool
    private var bytes: [UInt8] = []

    private init(endsInNull: Bool) { self.endsInNull = endsInNull }

    /// A finished run.
    package static func run(_ record: RunRecord, endsInNull: Bool = false) -> [UInt8] {
        var lines = Porcelain(endsInNull: endsInNull)
        let result = record.result
        lines.add("run", record.id)
        lines.add("command", record.command)
        lines.add(
            "verdict",
            result?.verdict ?? "undecided",
            result?.stopReason ?? "unfinished",
            String(result?.exitStatus ?? 125)
        )
        lines.add("head", record.head.tree, record.head.commit)
        lines.add("base", record.base.tree, record.base.commit)
        lines.add("sandbox", record.sandbox.level)
        if let known = record.remembered { lines.add("remembered", known.run) }
        for step in record.steps where step.phase == "head" {
            for (test, outcome) in step.outcomes.sorted(by: { $0.key < $1.key })
            where Outcome(rawValue: outcome)?.isRed == true {
                lines.add("red", outcome, name: test)
            }
        }
        for test in record.targets { lines.add("target", name: test) }
        for test in record.attributedToBase { lines.add("base-red", name: test) }
        for test in record.flaky ?? [] { lines.add("flaky", name: test) }
        for reason in result?.reasons ?? [] { lines.add("reason", reason.code, name: reason.subject) }
        if let attempt = record.attempts.last(where: { $0.candidate != nil }), let tree = attempt.candidate {
            lines.add("candidate", tree, attempt.verdict, result?.applied == true ? "applied" : "aside", result?.commit)
            for path in attempt.paths { lines.add("path", quoted: path) }
            if let kept = result?.keptAt { lines.add("kept", quoted: kept) }
        }
        return lines.bytes
    }

    /// Runs of the ledger, newest first, and ids of those that were never finished.
    package static func log(_ answer: LogRecord, endsInNull: Bool = false) -> [UInt8] {
        var lines = Porcelain(endsInNull: endsInNull)
        for record in answer.runs {
            lines.add(
                "run",
                record.id,
                record.result?.verdict ?? "undecided",
                record.result?.stopReason ?? "unfinished",
                String(record.result?.exitStatus ?? 125),
                record.started.formatted(.iso8601),
                record.command,
                record.head.tree,
                record.head.commit
            )
        }
        for id in answer.unfinished { lines.add("unfinished", id) }
        return lines.bytes
    }

    /// What the gate knows of a repository.
    package static func status(_ status: RepositoryStatus, endsInNull: Bool = false) -> [UInt8] {
        var lines = Porcelain(endsInNull: endsInNull)
        lines.add("head", status.tree, status.commit)
        lines.add("branch", quoted: status.branch)
        if let proof = status.proof {
            lines.add("proven", proof.run, proof.verdict, proof.provenAt.formatted(.iso8601), proof.sandbox)
        } else {
            lines.add(status.problem == nil ? "unproven" : "broken")
        }
        lines.add("changed", String(status.changedPaths))
        if let state = status.background {
            lines.add("background", status.backgroundIsWorking ? "working" : state.verdict, state.commit, state.run)
        }
        for run in status.activeRuns { lines.add("active", run) }
        for fix in status.fixes { lines.add("fix", fix.commit, quoted: fix.reference) }
        lines.add("memory", String(status.provenTrees))
        return lines.bytes
    }

    /// What the attestations of a commit come to.
    package static func verification(_ answer: Verification, endsInNull: Bool = false) -> [UInt8] {
        var lines = Porcelain(endsInNull: endsInNull)
        lines.add(answer.isProven ? "proven" : "unproven", answer.tree, answer.commit)
        lines.add("base", answer.base)
        for finding in answer.findings {
            lines.add(
                "attestation",
                finding.envelope,
                finding.kind,
                finding.proves ? "proves" : finding.failure?.rawValue ?? "says-less",
                finding.time?.formatted(.iso8601),
                finding.key,
                name: finding.signer
            )
        }
        return lines.bytes
    }

    /// One line of plain words, and at its end a name as it is.
    private mutating func add(_ words: String?..., name: String?) {
        add(words, name.map { Array($0.utf8) })
    }

    /// The same with a name that is quoted already where it has to be, as paths are in records.
    private mutating func add(_ words: String?..., quoted name: String?) {
        add(words, name.map { RepositoryPath(unquoting: $0).bytes })
    }

    private mutating func add(_ words: String?...) { end(words.map { $0 ?? "-" }.joined(separator: " ")) }

    private mutating func add(_ words: [String?], _ name: [UInt8]?) {
        var line = Array(words.map { $0 ?? "-" }.joined(separator: " ").utf8) + [UInt8(ascii: " ")]
        if let name {
            // A name that is a '-' is none that is absent.
            let text = RepositoryPath(bytes: name).description
            line += endsInNull ? name : Array((text == "-" ? "\"-\"" : text).utf8)
        } else {
            line.append(UInt8(ascii: "-"))
        }
        bytes += line + [endsInNull ? 0 : UInt8(ascii: "\n")]
    }

    private mutating func end(_ line: String) { bytes += Array(line.utf8) + [endsInNull ? 0 : UInt8(ascii: "\n")] }
}

extension RepositoryPath {
    /// Reads what `description` wrote: a path as text, or in git's quotes.
    package init(unquoting text: String) {
        let quoted = Array(text.utf8)
        guard quoted.count >= 2, quoted.first == UInt8(ascii: "\""), quoted.last == UInt8(ascii: "\"") else {
            self.init(bytes: quoted)
            return
        }
        var bytes: [UInt8] = []
        var index = 1
        while index < quoted.count - 1 {
            guard quoted[index] == UInt8(ascii: "\\"), index + 1 < quoted.count - 1 else {
                bytes.append(quoted[index])
                index += 1
                continue
            }
            let digits = quoted[(index + 1)..<min(index + 4, quoted.count - 1)]
            if digits.count == 3, let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) {
                bytes.append(byte)
                index += 4
            } else {
                let plain: [UInt8: UInt8] = [UInt8(ascii: "n"): 0x0A, UInt8(ascii: "t"): 0x09]
                bytes.append(plain[quoted[index + 1]] ?? quoted[index + 1])
                index += 2
            }
        }
        self.init(bytes: bytes)
    }
}
