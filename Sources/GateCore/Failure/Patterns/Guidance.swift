/// What to do next about a pattern, in one or two sentences.
enum Guidance {
    typealias Fields = [DetectedPattern.Field: String]

    static func text(_ key: PatternKey, cause: PatternKey.Cause, _ fields: Fields) -> String {
        func named(_ field: DetectedPattern.Field, _ words: (String) -> String, else other: String) -> String {
            fields[field].map { words("'\($0)'") } ?? other
        }
        // `make lint` says more than `make`.
        let tool = fields[.tool].map { tool in
            tool == "make" ? "make" + (fields[.command].map { " \($0)" } ?? "") : tool
        }
        let message = fields[.message].map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
        let place = fields[.file].map { file in "\(file)" + (fields[.line].map { " line \($0)" } ?? "") }
        switch key {
        case .tomlParse, .unknownVariant, .ruffSettings:
            let tool = fields[.tool].map { " that \($0) reads" } ?? ""
            let whereTo = place.map { "Open \($0)" } ?? "Open the settings\(tool)"
            if let wrong = fields[.invalidValue], let valid = fields[.validValues] {
                return "\(whereTo) and replace '\(wrong)' by one of: \(valid)."
            }
            if let wrong = fields[.invalidValue] { return "\(whereTo) and correct '\(wrong)', which is not known." }
            return "\(whereTo) and correct it: \(message ?? "it cannot be read")."
        case .diskFull:
            return
                "Free space on the device that the tests write to, then run the gate again; no change to the code helps."
        case .outOfMemory:
            return
                "Give the tests more memory or fewer workers, then run the gate again; 'gatekeeper.limits.memory' is the gate's own limit."
        case .lockContention:
            return "Something else holds \(fields[.path].map { "the lock on \($0)" } ?? "a lock that the tests need"). "
                + "Let it finish, or end that one process, then run the gate again."
        case .portInUse:
            let port = fields[.port] ?? fields[.address]
            return
                "\(port.map { "Port or address \($0)" } ?? "A port that the tests need") is taken. Stop what listens there, "
                + "or let the tests ask for any free port."
        case .networkNeeded:
            return
                "\(named(.address, { "The tests need \($0)" }, else: "The tests need the network")), and checks run without network. "
                + "Put a stand-in on this machine in its place, or leave those tests out of the gate's checks."
        case .missingCommand:
            return "Install \(named(.command, { $0 }, else: "the program that the check calls")) where checks find it, "
                + "or correct the command of the check."
        case .missingVariable:
            return "Hand \(named(.variable, { $0 }, else: "the variable")) to checks with 'gatekeeper.environment', "
                + "or give the tests a value of their own."
        case .permission:
            return
                "Checks may write only below the repository and the temporary folder\(named(.path, { "; \($0) is refused" }, else: "")). "
                + "Let the tests write there, or correct the rights of that file."
        case .importCycle:
            return
                "Break the circle\(named(.module, { " through \($0)" }, else: "")): move what both sides need into a module of its own, "
                + "or import it where it is used."
        case .missingModule:
            let module = fields[.module].map { "'\($0)'" } ?? "that module"
            if let name = fields[.missingName] {
                return "\(module) has no '\(name)': correct the import, or define the name."
            }
            if cause == .environment {
                return
                    "Install \(module) for the interpreter that the check calls, or correct the command of the check."
            }
            return cause == .code
                ? "\(module) is meant to be in this repository: correct the import, or restore the file."
                : "\(module) is not installed: correct the import, or declare and install the dependency."
        case .syntaxError:
            return "Correct the syntax\(place.map { " in \($0)" } ?? ""): \(message ?? "it does not parse")."
        case .compileError:
            return "Make it compile\(place.map { ", beginning with \($0)" } ?? ""): only then can tests say anything."
        case .typeError:
            return "Correct the types\(place.map { " in \($0)" } ?? ""): \(message ?? "they do not fit")."
        case .formatCheck where fields[.tool] == "make":
            return "Run the formatter behind '\(tool ?? "make")' without its check option, and keep what it writes."
        case .formatCheck:
            return
                "Run \(tool.map { "'\($0)'" } ?? "the formatter") without its check option\(place.map { " on \($0)" } ?? "") "
                + "and keep what it writes."
        case .lintCheck:
            return "Run \(tool.map { "'\($0)'" } ?? "the linter") on its own and repair what it names"
                + "\(place.map { ", beginning with \($0)" } ?? ""); do not switch the rule off."
        case .timeout:
            return "Find what the test waits for: an endless loop, a lock, an answer that never comes. A longer limit"
                + "\(named(.limit, { " than \($0)" }, else: "")) repairs nothing."
        case .assertionDifference:
            if let expected = fields[.expected], let actual = fields[.actual] {
                return
                    "The code gives '\(actual)' where '\(expected)' is expected: follow the value back to where it arises."
            }
            return "Follow the value that the assertion is about back to where it arises."
        case .flaky:
            return
                "Find out what the test depends on: time, chance, order, another test. It counts for nothing until it gives the same twice."
        }
    }
}
