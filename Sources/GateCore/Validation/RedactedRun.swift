import GateGit

/// What checks printed, without secrets.
extension Redactor {
    /// The same end of a process with its output redacted.
    func redact(_ process: ProcessResult) -> ProcessResult {
        ProcessResult(
            termination: process.termination,
            ending: process.ending,
            standardOutput: process.standardOutput.mappingKept { redact($0) },
            standardError: process.standardError.mappingKept { redact($0) },
            duration: process.duration
        )
    }
}
