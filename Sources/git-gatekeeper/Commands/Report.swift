import ArgumentParser
import GateCore
import GateGit
import GateReport

/// `git gatekeeper report`
struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make an HTML page of a run, or of several: one file that needs nothing else.",
        discussion: """
            Without a run, the newest one is shown. '-n' and '--all' make one page of several: acceptance, time, cost, flaky
            tests and failures that come back. The page loads nothing and may be sent to anybody; artifacts that are not as
            the run wrote them are marked, and not shown.
            """
    )

    @Argument(help: ArgumentHelp("The run; the newest where none is named.", valueName: "run"))
    var run: String?

    @Option(
        name: .customShort("n"),
        help: ArgumentHelp("One page of at most this many of the newest runs.", valueName: "number")
    )
    var number: Int?

    @Flag(help: "One page of all runs; at most \(TrendMaterial.maximum), the newest.")
    var all = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Write the page here instead of into the git directory; '-' writes it to standard output.",
            valueName: "file"
        )
    )
    var output: String?

    @Flag(help: "Show the page in the browser: BROWSER, else what this system opens files with.")
    var open = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if run != nil, number != nil || all {
            throw ValidationError("one page is of one run, or of several: give a run, or -n or --all")
        }
        if number != nil, all { throw ValidationError("-n and --all contradict each other; give one") }
        if let number, number < 1 { throw ValidationError("'-n \(number)' names no number of runs") }
        if output == "-", open { throw ValidationError("what goes to standard output cannot be opened; name a file") }
        if output == "-", common.format == .json {
            throw ValidationError("standard output is the page's with '--output -'; leave out '--format json'")
        }
        if output == "" { throw ValidationError("--output needs the name of a file") }
    }

    func run() async throws {
        let context = GateContext.current()
        let repository = try await Work.repository(context, common.console)
        // What cannot be opened is known before anything is written.
        let browser = open ? try Browser(environment: context.environment) : nil
        let ledger = RunLedger(repository: repository)
        let name: String
        let runs: [String]
        let page: [UInt8]
        if number != nil || all {
            let most = number ?? TrendMaterial.maximum
            let material = try TrendMaterial.read(ledger, number: most, version: context.version)
            page = try HTMLReport.page(material)
            name = ReportFolder.trend
            runs = material.records.map(\.id)
        } else {
            let found = try ledger.find(run)
            page = try HTMLReport.page(try await RunMaterial.read(found, of: repository, context))
            name = ReportFolder.name(ofRun: found.id)
            runs = [found.id]
        }
        if output == "-" {
            common.console.answer(page)
            return
        }
        let path: String
        if let output {
            path = output.hasPrefix("/") ? output : "\(context.workingDirectory)/\(output)"
            try PageFile.write(page, to: path, as: output)
        } else {
            path = try ReportFolder(repository: repository).write(page, named: name)
        }
        switch common.format {
        case .text: common.console.answer(Excerpt.visible(path))
        case .json:
            try common.console.answer(ReportWritten(path: path, bytes: page.count, runs: runs), as: .report)
        }
        try browser?.show(path)
    }
}

/// What `report --format json` prints: version 1 of the wire format.
struct ReportWritten: Codable {
    var version = 1
    /// Absolute path of the page.
    var path: String
    var bytes: Int
    /// Ids of the runs that it is about, oldest first.
    var runs: [String]
}

/// Writes a page where a user names it.
private enum PageFile {
    /// Puts the page under its name in one step. Nothing is written through a link.
    static func write(_ page: [UInt8], to path: String, as name: String) throws {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let folder = path[..<slash].isEmpty ? "/" : String(path[..<slash])
        let file = String(path[path.index(after: slash)...])
        guard !file.isEmpty, file != ".", file != ".." else {
            throw GateFailure("report.output", "'\(name)' names a folder", hints: ["name a file in it"])
        }
        do {
            let place = try SafeFolder(path: folder, obstacles: .refuse)
            switch try place.status(RepositoryPath(file))?.kind {
            case nil, .file: break
            case .symlink:
                throw GateFailure(
                    "report.output",
                    "'\(name)' is a symbolic link, and nothing is written through one",
                    hints: ["name another file, or remove the link"]
                )
            default: throw GateFailure("report.output", "'\(name)' is no file", hints: ["name another file"])
            }
            let new = RepositoryPath(".\(file.prefix(100)).\(SafeScratch.nonce())")
            try place.write(new, content: page, mode: .file)
            do {
                guard try place.renameReplacing(new, to: RepositoryPath(file)) == .done else {
                    throw GateFailure("report.output", "'\(name)' cannot be replaced")
                }
            } catch {
                Cleanup.remove("\(folder)/\(new)")
                throw error
            }
        } catch let error as GitError {
            throw GateFailure("report.output", "cannot write '\(name)': \(error.message)", hints: ["name another file"])
        }
    }
}
