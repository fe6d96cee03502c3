/// Finds out whether the code that ran is the code that was staged, where no sandbox puts the staged tree at the
/// repository's own path: an editable install or a link of a workspace leads to the user's own checkout.
enum LoadedFrom {
    private static let advice =
        "install bubblewrap, which puts the staged tree at the repository's own path, or test with an environment that "
        + "installs a copy"

    /// Prepares a command so that every Python and node of the run says what it loaded from the checkout.
    ///
    /// - Parameters:
    ///   - checkout: absolute path of the user's working tree.
    ///   - carried: absolute paths of folders below it that are meant to be used.
    static func prepare(
        _ command: inout InstrumentedCommand,
        reportFolder: String,
        checkout: String,
        carried: [String]
    ) {
        command.files["gatekeeper_checkout"] = Array(([checkout] + carried).joined(separator: "\n").utf8)
        command.files["sitecustomize.py"] = PackageResources.gatekeeper_elsewhere_py
        command.files["gatekeeper_elsewhere.cjs"] = PackageResources.gatekeeper_elsewhere_cjs
        let paths = command.environment["PYTHONPATH"].map { $0.split(separator: ":").map(String.init) } ?? []
        if !paths.contains(reportFolder) {
            command.environment["PYTHONPATH"] = ([reportFolder] + paths).joined(separator: ":")
        }
        let quoted = reportFolder.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let option = "--require=\"\(quoted)/gatekeeper_elsewhere.cjs\""
        command.environment["NODE_OPTIONS"] = command.environment["NODE_OPTIONS"].map { "\($0) \(option)" } ?? option
    }

    /// What the processes of a run wrote down; empty where all they loaded was staged or installed.
    static func problems(in files: [String: [UInt8]]) -> [TestReport.Problem] {
        let found = files.filter { $0.key.hasPrefix("elsewhere-") }.flatMap { _, content in
            content.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        }
        let names = Set(found).sorted()
        guard let first = names.first else { return [] }
        let others = names.count > 1 ? " and \(names.count - 1) more" : ""
        return [
            TestReport.Problem(
                .elsewhere,
                "'\(first)'\(others) was loaded from the working tree instead of the staged tree; \(advice)"
            )
        ]
    }

    /// The problem of a carried folder that leads back.
    static func problem(carried folder: String) -> TestReport.Problem {
        TestReport.Problem(
            .elsewhere,
            "'\(folder)' leads back into the working tree, whose code would run instead of the staged code; \(advice)"
        )
    }
}
