/// Any command that writes JUnit XML into the report folder, or whose reports policy names.
///
/// Every `.xml` file of the run is read. Ids are `classname::name`, or the name alone where there is no class name.
/// The command is told the folder in `GIT_GATEKEEPER_REPORT_FOLDER`.
package enum JUnitRunner: TestRunner {
    package static let name = "junit"

    /// Never by itself: which command writes such reports only policy can know.
    package static func recognises(_ command: [String]) -> Bool { false }

    package static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand {
        InstrumentedCommand(command: command, environment: ["GIT_GATEKEEPER_REPORT_FOLDER": reportFolder])
    }

    package static func read(_ run: FinishedRun) -> TestReport {
        var builder = ReportBuilder(name, run)
        let names = Set(run.files.keys).union(run.oversized.keys).filter { $0.hasSuffix(".xml") }.sorted()
        if names.isEmpty { builder.add(.missing, "the command wrote no JUnit report") }
        for file in names { read(file, into: &builder) }
        return builder.report()
    }

    /// Adds the cases of one file.
    ///
    /// - Parameter id: makes a test's id of its case.
    static func read(
        _ file: String,
        into builder: inout ReportBuilder,
        id: (JUnitDocument.Case) -> String = { $0.className.isEmpty ? $0.name : "\($0.className)::\($0.name)" }
    ) {
        guard let bytes = builder.file(file, orAdd: "'\(file)' is empty") else { return }
        let document = JUnitDocument(bytes, name: file)
        builder.problems += document.problems
        for one in document.cases {
            builder.add(
                TestResult(
                    id: TestID(id(one)),
                    outcome: one.outcome,
                    message: one.message,
                    detail: one.detail,
                    file: one.file,
                    line: one.line,
                    seconds: one.seconds
                )
            )
        }
    }
}
