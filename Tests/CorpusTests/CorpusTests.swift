import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Every known cheat and attack, and the honest changes that must not be mistaken for one, through the built program.
///
/// `make test` runs each case once as it is and once without the defences it names. `make corpus` also runs what depends
/// on isolation at every level that this machine has, and prints the table.
@Suite("corpus")
struct CorpusTests {
    @Test("every folder holds a case that can be read, and names defences that exist")
    func cases() {
        #expect(CorpusCase.unreadable == [])
        #expect(CorpusCase.all.count >= 108)
        for one in CorpusCase.all {
            for name in (one.without ?? []) + [one.awaits].compactMap({ $0 }) {
                #expect(Defence(rawValue: name) != nil, "\(one.id): '\(name)' is no defence")
            }
            for harm in one.harms ?? [] { #expect(CorpusWorld.Harm(rawValue: harm) != nil, "\(one.id): '\(harm)'") }
            // A case that nothing lets through shows nothing about a defence, and has to say why it is here.
            let isHostile = !one.isControl && one.expect.verdict != "accepted" && one.notApplicable == nil
            #expect(!isHostile || one.without?.isEmpty == false || one.unswitchable != nil, "\(one.id)")
        }
    }

    @Test("is judged as it deserves, and leaves no trace", arguments: CorpusCase.chosen)
    func judged(_ one: CorpusCase) async throws {
        if let reason = one.notApplicable {
            try line(one, nil, .notApplicable, note: reason).write()
            return
        }
        if let program = try await Self.missing(one) {
            try line(one, nil, .lacking, note: "'\(program)' is missing").write()
            return
        }
        for level in Self.levels(one) { try await judge(one, level: level) }
    }

    @Test(
        "is accepted wrongly once its defences are left out, so the case bites",
        arguments: CorpusCase.chosen.filter {
            $0.notApplicable == nil && $0.awaits == nil && $0.without?.isEmpty == false
        }
    )
    func bites(_ one: CorpusCase) async throws {
        guard try await Self.missing(one) == nil else { return }
        let without = one.without ?? []
        let run = try await CorpusRun.make(one, without: without, level: one.levels?.first)
        let expected = Set((one.harms ?? []).compactMap(CorpusWorld.Harm.init(rawValue:)))
        let isDone =
            expected.isEmpty ? ["accepted", "green"].contains(run.verdict) : run.harms.isSuperset(of: expected)
        try line(one, run, isDone ? .bites : .blunt, without: without).write()
        #expect(isDone, "\(one.id) without \(without): \(run.verdict), \(run.harms)\n\(run.story)")
    }

    @Test(
        "is stopped again by each single one of those defences, so that none is named in vain",
        .enabled(if: Self.isFull, "'make corpus' asks this"),
        arguments: CorpusCase.chosen.filter {
            $0.notApplicable == nil && $0.awaits == nil && $0.without?.count ?? 0 > 1
        }
    )
    func smallest(_ one: CorpusCase) async throws {
        guard try await Self.missing(one) == nil else { return }
        for defence in one.without ?? [] {
            let others = (one.without ?? []).filter { $0 != defence }
            let run = try await CorpusRun.make(one, without: others, level: one.levels?.first)
            let expected = Set((one.harms ?? []).compactMap(CorpusWorld.Harm.init(rawValue:)))
            let isStopped =
                expected.isEmpty ? !["accepted", "green"].contains(run.verdict) : !run.harms.isSuperset(of: expected)
            try line(one, run, isStopped ? .needed : .needless, without: others, note: defence).write()
            #expect(isStopped, "\(one.id) is accepted although '\(defence)' is on: take it from 'without'")
        }
    }

    @Test(
        "fools a gate of exit status alone, or not, as it says",
        .enabled(if: Self.isFull, "'make corpus' asks this"),
        arguments: CorpusCase.chosen.filter { $0.naive != nil && $0.notApplicable == nil }
    )
    func naive(_ one: CorpusCase) async throws {
        guard try await Self.missing(one) == nil else { return }
        // Our own program with everything out of the way but what keeps this machine whole.
        let kept: Set<Defence> = [.sandbox, .environment]
        let run = try await CorpusRun.make(
            one,
            without: Defence.allCases.filter { !kept.contains($0) }.map(\.rawValue),
            level: one.levels?.first,
            isNaive: true
        )
        let verdict = ["accepted", "green"].contains(run.verdict) ? "accepted" : "rejected"
        try line(one, run, verdict == one.naive ? .naive : .notNaive, without: ["all"], note: verdict).write()
        #expect(verdict == one.naive, "\(one.id): \(run.verdict)\n\(run.story)")
    }

    static let isFull = ProcessInfo.processInfo.environment["GIT_GATEKEEPER_CORPUS"] == "full"

    private func judge(_ one: CorpusCase, level: String?) async throws {
        let run = try await CorpusRun.make(one, level: level)
        let isExpected = run.verdict == one.expect.verdict && run.codes.isSuperset(of: one.expect.reasons ?? [])
        let promised = run.level != SandboxLevel.process.rawValue
        let excused = Set((one.harms ?? []).compactMap(CorpusWorld.Harm.init(rawValue:)))
        let result: CorpusLine.Result
        if !run.harms.isEmpty, !one.isAwaited(run.harms), promised || !run.harms.isSubset(of: excused) {
            result = .harm
        } else if let awaits = one.awaits {
            // Another defence may stop it meanwhile; what it says of itself is what it waits for.
            let isCaught = one.expect.verdict != "accepted" && run.verdict != "accepted" && isExpected
            let isClean = one.expect.verdict == "accepted" && isExpected && run.harms.isEmpty
            #expect(
                !isCaught && !isClean,
                "\(one.id) is stopped already (\(run.codes.sorted())): drop 'awaits \(awaits)' from its case.json"
            )
            result = isCaught || isClean ? .otherwise : .awaiting
        } else if !run.harms.isEmpty {
            result = .harmed
        } else if isExpected {
            result = .right
        } else if run.verdict == "accepted" {
            result = .falseAccept
        } else {
            result = one.expect.verdict == "accepted" ? .falseReject : .otherwise
        }
        try line(one, run, result).write()
        let isGood = [.right, .awaiting, .harmed].contains(result)
        #expect(
            isGood,
            "\(one.id) at \(run.level): \(result.rawValue), \(run.verdict) \(run.codes.sorted()) \(run.harms)\n\(run.story)"
        )
    }

    /// The strongest level alone, or all that the case makes sense at.
    private static func levels(_ one: CorpusCase) -> [String?] {
        if let levels = one.levels { return levels }
        return isFull && one.dependsOnIsolation ? ["overlay", "namespaces", "process"] : [nil]
    }

    /// The first program that a case needs and this machine lacks.
    private static func missing(_ one: CorpusCase) async throws -> String? {
        let projects = ["py-calc": "python3", "js-calc": "node", "sh-calc": "sh"]
        for program in [projects[one.project]].compactMap({ $0 }) + (one.needs ?? []) {
            let probe = program == "pytest" ? "python3 -c 'import pytest'" : "command -v \(program)"
            let found = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "/bin/sh",
                    arguments: ["-c", probe],
                    environment: ProcessInfo.processInfo.environment,
                    workingDirectory: "/"
                )
            )
            if !found.isSuccess { return program }
        }
        return nil
    }

    private func line(
        _ one: CorpusCase,
        _ run: CorpusRun?,
        _ result: CorpusLine.Result,
        without: [String] = [],
        note: String? = nil
    ) -> CorpusLine {
        CorpusLine(
            id: one.id,
            title: one.title,
            class: one.class,
            level: run?.level ?? "",
            without: without,
            result: result,
            verdict: run?.verdict ?? "",
            codes: run?.codes.sorted() ?? [],
            harms: run?.harms.map(\.rawValue).sorted() ?? [],
            note: note ?? one.awaits.map { "awaits \($0)" } ?? one.unswitchable ?? "",
            seconds: run?.seconds ?? 0
        )
    }
}

extension CorpusCase {
    /// Whether harms are those that a defence to come will prevent.
    fileprivate func isAwaited(_ found: Set<CorpusWorld.Harm>) -> Bool {
        awaits != nil && found.isSubset(of: (harms ?? []).compactMap(CorpusWorld.Harm.init(rawValue:)))
    }
}
