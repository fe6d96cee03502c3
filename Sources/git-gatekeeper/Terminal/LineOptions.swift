import ArgumentParser
import GateCore

extension Porcelain.Version: ExpressibleByArgument {}

/// Answers as lines for scripts.
struct PorcelainOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Print the answer as lines for scripts, which never change: 'v1'.", valueName: "version")
    )
    var porcelain: Porcelain.Version?

    @Flag(name: .customShort("z"), help: "With --porcelain: end lines with NUL, and quote no name.")
    var endsInNull = false

    func validate() throws {
        if endsInNull, porcelain == nil { throw ValidationError("-z goes with --porcelain") }
    }

    /// Prints what was asked for.
    ///
    /// - Returns: whether this was it; otherwise the format says what to print.
    func answer(_ common: CommonOptions, _ lines: (Bool) -> [UInt8]) throws -> Bool {
        guard porcelain != nil else { return false }
        guard common.format == .text else { throw ValidationError("--porcelain is a format; leave out --format") }
        common.console.answer(lines(endsInNull))
        return true
    }

    /// The words of a command line, with `--porcelain` alone as git takes it: version 1, whatever comes next.
    static func completed(_ arguments: [String]) -> [String] {
        var isOver = false
        return arguments.map { word in
            isOver = isOver || word == "--"
            return !isOver && word == "--porcelain" ? "--porcelain=v1" : word
        }
    }
}

/// Answers of commands that judge: as lines for scripts, or for editors.
struct LineOptions: ParsableArguments {
    @OptionGroup var porcelain: PorcelainOptions

    @Flag(help: "Print one line for each finding, as compilers do: 'path:line:column: severity: message [code]'.")
    var problems = false

    func validate() throws {
        if problems, porcelain.porcelain != nil { throw ValidationError("give --porcelain or --problems") }
    }
}

extension CommonOptions {
    /// The same with programs among those who are told, and the answer as lines where that was asked for.
    func with(_ events: EventOptions, _ lines: LineOptions) throws -> CommonOptions {
        if lines.problems || lines.porcelain.porcelain != nil, format != .text {
            throw ValidationError("--porcelain and --problems are formats; leave out --format")
        }
        var copy = try with(events)
        copy.lines = lines
        return copy
    }
}
