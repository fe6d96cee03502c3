/// The record without secrets: every field that holds words of people, tests or programs. Ids, codes and digests stay.
extension RunRecord {
    func redacted(by redactor: Redactor) -> RunRecord {
        var copy = self
        copy.policy = policy.map {
            Setting(key: $0.key, value: redactor.redact($0.value), source: redactor.redact($0.source))
        }
        copy.notes = notes.map { redactor.redact($0) }
        copy.targets = targets.map { redactor.redact($0) }
        copy.sandbox.shortfall = redactor.redact(sandbox.shortfall)
        copy.steps = steps.map { step in
            var step = step
            step.command = step.command.map { redactor.redact($0) }
            step.problems = step.problems.map { problem in
                var problem = problem
                problem.message = redactor.redact(problem.message)
                return problem
            }
            return step
        }
        copy.failure = failure?.redacted(by: redactor)
        copy.scenario?.reasons = scenario?.reasons.map { redactor.redact($0) } ?? []
        copy.clarification?.reason = clarification.map { redactor.redact($0.reason) } ?? ""
        copy.clarification?.answers = clarification?.answers?.mapValues { redactor.redact($0) }
        copy.blocking?.why = blocking?.why.map { redactor.redact($0) } ?? []
        copy.blocking?.unblocks = blocking?.unblocks.map { redactor.redact($0) } ?? []
        copy.hook?.remote = hook?.remote.map { redactor.redact($0) }
        copy.hook?.bypass?.reason = hook?.bypass.map { redactor.redact($0.reason) } ?? ""
        copy.attempts = attempts.map { attempt in
            var attempt = attempt
            attempt.origin = redactor.redact(attempt.origin)
            attempt.reasons = attempt.reasons.map { $0.redacted(by: redactor) }
            attempt.remarks = attempt.remarks.map { $0.redacted(by: redactor) }
            attempt.notes = attempt.notes.map { redactor.redact($0) }
            attempt.review = attempt.review?.redacted(by: redactor)
            attempt.look = attempt.look?.map { finding in
                var finding = finding
                finding.text = redactor.redact(finding.text)
                return finding
            }
            return attempt
        }
        copy.result?.reasons = result?.reasons.map { $0.redacted(by: redactor) } ?? []
        copy.result?.next = result?.next.map { redactor.redact($0) } ?? []
        return copy
    }
}

extension RunRecord.ReasonRecord {
    fileprivate func redacted(by redactor: Redactor) -> RunRecord.ReasonRecord {
        var copy = self
        copy.subject = subject.map { redactor.redact($0) }
        copy.message = redactor.redact(message)
        return copy
    }
}

extension RunRecord.OpinionRecord {
    fileprivate func redacted(by redactor: Redactor) -> RunRecord.OpinionRecord {
        var copy = self
        copy.reason = redactor.redact(reason)
        copy.findings = findings.map { redactor.redact($0) }
        return copy
    }
}
