import FoundationEssentials

/// `node --test`, jest, vitest and mocha; never `npm test`, whose meaning files outside the contract can change.
enum JavaScriptDetection {
    private struct Package: Decodable {
        var scripts: [String: String]?
        var dependencies: [String: String]?
        var devDependencies: [String: String]?
        var jest: Ignored?

        struct Ignored: Decodable {
            init(from decoder: any Decoder) throws {}
        }
    }

    private static let tools = ["vitest", "jest", "mocha"]

    /// What `package.json` names.
    static func configured(_ tree: DetectionTree) async throws -> [DetectedCommand] {
        let text = try await tree.text("package.json")
        guard let package = try? JSONDecoder().decode(Package.self, from: Data(text.utf8)) else { return [] }
        var found: [DetectedCommand] = []
        if let script = package.scripts?["test"], let command = command(of: script) { found.append(command) }
        let dependencies = (package.devDependencies ?? [:]).merging(package.dependencies ?? [:]) { $1 }
        for tool in tools where dependencies[tool] != nil || (tool == "jest" && package.jest != nil) {
            found.append(
                DetectedCommand(
                    command: direct(tool, []),
                    runner: tool,
                    because: "'package.json' depends on \(tool)"
                )
            )
        }
        return found
    }

    /// `node --test` where test files import `node:test`.
    static func byFiles(_ tree: DetectionTree) async throws -> DetectedCommand? {
        let endings = [".test.js", ".test.mjs", ".test.cjs", "_test.js", "-test.js"]
        let files = tree.files { name in endings.contains { name.hasSuffix($0) } || name.hasPrefix("test-") }
        for file in files.prefix(DetectionTree.sample) {
            let text = try await tree.text(file)
            guard text.contains("'node:test'") || text.contains("\"node:test\"") else { continue }
            return DetectedCommand(command: ["node", "--test"], runner: "node", because: "'\(file)' imports node:test")
        }
        return nil
    }

    /// The tool's own file, as installed.
    private static func direct(_ tool: String, _ arguments: [String]) -> [String] {
        // vitest without a subcommand would watch where it thinks that somebody looks on.
        let run = tool == "vitest" && !["run", "--run"].contains(arguments.first) ? ["run"] : []
        return ["node_modules/.bin/\(tool)"] + run + arguments
    }

    /// The command that a script calls, where it is one of those we read.
    private static func command(of script: String) -> DetectedCommand? {
        let because = "'package.json' has the test script '\(script)'"
        // A script of plain words is taken as it stands, so that its options count.
        let plain = script.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || " _./=:@%+,-".contains($0)) }
        var words = script.split(separator: " ").map(String.init)
        if plain {
            if words.first == "cross-env" { words.removeFirst() }
            let assignments = Array(words.prefix { $0.contains("=") && !$0.hasPrefix("-") })
            let rest = Array(words.dropFirst(assignments.count))
            let environment = assignments.isEmpty ? [] : ["env"] + assignments
            if NodeRunner.recognises(rest) {
                return DetectedCommand(command: environment + rest, runner: "node", because: because)
            }
            for tool in tools where rest.first.map(CommandWords.baseName) == tool {
                return DetectedCommand(
                    command: environment + direct(tool, Array(rest.dropFirst())),
                    runner: tool,
                    because: because
                )
            }
        }
        if script.contains("node --test") {
            return DetectedCommand(command: ["node", "--test"], runner: "node", because: because)
        }
        for tool in tools where words.contains(tool) {
            return DetectedCommand(command: direct(tool, []), runner: tool, because: because)
        }
        return nil
    }
}
