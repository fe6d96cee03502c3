/// in-toto's test-result, version 0.1: what one run of one step gave.
enum TestResultPredicate {
    /// Most bytes of names in one statement.
    private static let maximumBytes = 256 << 10

    /// - Parameters:
    ///   - step: the run, as the record has it.
    ///   - binding: the policy it was made under.
    static func predicate(
        _ step: RunRecord.StepRecord,
        record: RunRecord,
        digests: RunRecord.Digests,
        binding: PolicyBinding,
        part: AttestedPart?
    ) -> JSONValue {
        var predicate: JSONValue = [
            "result": .text(passed(step) ? "PASSED" : "FAILED"),
            "configuration": .list(configuration(step, digests, binding)),
            AttestationName.run: .text(record.id),
            AttestationName.step: [
                "id": .text(step.step), "phase": .text(step.phase), "runner": .text(step.runner),
                "evidence": .text(step.strength), "sandbox": .text(step.sandbox), "pristine": .truth(step.pristine),
            ],
        ]
        if let part { predicate[AttestationName.part] = part.json }
        let passing = step.outcomes.filter { Outcome(rawValue: $0.value)?.holds == true }.keys.sorted()
        let failing = step.outcomes.filter { Outcome(rawValue: $0.value)?.isRed == true }.keys.sorted()
        var room = maximumBytes
        var omitted: JSONValue = [:]
        for (name, tests) in [("failedTests", failing), ("passedTests", passing)] {
            let bytes = tests.reduce(0) { $0 + $1.utf8.count + 3 }
            if bytes <= room {
                predicate[name] = .list(tests.map(JSONValue.text))
                room -= bytes
            } else {
                omitted[name] = [
                    "count": .number(tests.count), "sha256": .text(SHA256.hex(tests.joined(separator: "\n"))),
                ]
            }
        }
        if omitted != [:] { predicate[AttestationName.omitted] = omitted }
        return predicate
    }

    /// Whether everything the run said is that all is well.
    static func passed(_ step: RunRecord.StepRecord) -> Bool {
        // That not all of a long output was kept says nothing of the tests.
        step.exitCode == 0 && step.problems.isEmpty && (step.limitsHit ?? []).allSatisfy { $0 == "keptOutput" }
            && !step.outcomes.values.contains { Outcome(rawValue: $0)?.isRed != false }
    }

    private static func configuration(
        _ step: RunRecord.StepRecord,
        _ digests: RunRecord.Digests,
        _ binding: PolicyBinding
    ) -> [JSONValue] {
        func resource(_ name: String, _ digest: String, kind: String = "sha256") -> JSONValue {
            ["name": .text(name), "digest": [kind: .text(digest)]]
        }
        var list = [resource("policy", binding.digest)]
        if let tracked = binding.tracked { list.append(resource(PolicyFile.path, tracked, kind: "gitBlob")) }
        return list + [
            resource("plan", binding.plan), resource("contract", binding.contract), resource("rules", binding.rules),
            resource("command", SHA256.hex(step.command.joined(separator: "\0"))),
            resource("tool", digests.tool), resource("sandbox", digests.sandbox),
        ]
    }
}
