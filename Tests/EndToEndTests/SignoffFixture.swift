import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Reviewers that are programs, and a repository with green work to be signed off.
enum SignoffFixture {
    static let reasons = """
        why_passed: sub subtracts for all numbers
        end_to_end_wiring_verified: core.sub is what callers call
        deterministic_evidence: tests.test_core passes on this tree
        remaining_risks: none
        """
    static let finding = """
        finding_id: docstring
        severity: low
        file: calc/core.py
        issue: nothing says what mul does
        fix_required: a docstring for mul
        test_required: mul.__doc__ is not None
        evidence: calc/core.py
        """

    /// A reviewer's program. It says the word when probed, and keeps what it was shown.
    ///
    /// - Parameter body: Python that prints the answer, with `tree`, `run`, `prompt` and `turn`, which counts from 1.
    static func program(_ body: String, probe: String = "print(\"GATEKEEPER-READY\")") -> String {
        """
        #!/usr/bin/env python3
        import json, os, re, sys
        request = json.load(sys.stdin)
        here = os.path.dirname(os.path.abspath(sys.argv[0]))
        name = os.path.basename(sys.argv[0])
        assert request["session"] is None
        if request["purpose"] == "probe":
            \(probe)
            sys.exit()
        prompt = request["prompt"]
        tree = re.search("^The tree under review: (.*)$", prompt, re.M).group(1)
        run = re.search("^The run: (.*)$", prompt, re.M).group(1)
        turn = 1
        while os.path.exists(here + "/%s-%d" % (name, turn)):
            turn += 1
        open(here + "/%s-%d" % (name, turn), "w").write(prompt)
        def say(verdict, rest):
            print("VERDICT: " + verdict + "\\ntree: " + tree + "\\nrun: " + run + "\\n" + rest)
        \(body)

        """
    }

    static let satisfied = "say(\"COMPREHENSIVELY_SATISFIED\", '''\(reasons)''')"
    static let objects = "say(\"FINDINGS\", '''\(finding)''')"
    static let blocked = """
        say("BLOCKED", '''evidence: the registry answers 401 to everybody
        missing: a token for the registry
        failed_commands: npm ci
        safest_retry: log in to the registry, then sign off again''')
        """

    /// Names programs as the reviewers `one` and `two`.
    static func review(_ repository: TestRepository, one: String = satisfied, two: String = satisfied) async throws {
        for (name, body) in [("one", one), ("two", two)] { try await install(repository, name, program(body)) }
        _ = try? await repository.git("config", "--unset-all", "gatekeeper.signoff.reviewer")
        try await repository.git("config", "--add", "gatekeeper.signoff.reviewer", "one")
        try await repository.git("config", "--add", "gatekeeper.signoff.reviewer", "two m-2")
    }

    static func install(_ repository: TestRepository, _ name: String, _ text: String) async throws {
        let path = try repository.install("\(name).py", text)
        try await repository.git("config", "gatekeeper.backend.\(name).command", path)
    }

    /// Runs `body` in a repository whose working tree adds a tested function, and is green.
    static func withWork<R>(_ body: (TestRepository) async throws -> R) async throws -> R {
        try await Calculator.withRepository(broken: false) { repository in
            try repository.write("calc/core.py", Calculator.healthy + "\n\ndef mul(a, b):\n    return a * b\n")
            return try await body(repository)
        }
    }
}

extension TestRepository {
    /// Runs a sign-off and reads its record.
    func signoff(
        _ arguments: String...,
        environment: [String: String] = [:],
        status: Int32,
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> SignoffRecord {
        let result = try await gatekeeper(
            arguments: ["signoff"] + arguments + ["--format", "json"],
            environment: environment
        )
        #expect(
            result.exitCode == status,
            "\(result.standardError.text)\(result.standardOutput.text)",
            sourceLocation: location
        )
        return try JSON.decode(SignoffRecord.self, from: result.standardOutput.bytes)
    }

    /// A file of a sign-off's folder.
    func kept(_ record: SignoffRecord, _ name: String) -> String? {
        read(".git/gatekeeper/signoffs/\(record.id)/\(name)")
    }

    /// What a reviewer was shown the n-th time.
    func shown(_ reviewer: String, _ turn: Int) -> String? {
        FileManager.default.contents(atPath: "\(scratch)/\(reviewer).py-\(turn)").map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
