import ArgumentParser
import GateCore

/// `git gatekeeper schema`
struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON schema of what a command prints with --format json; without a name, list them.",
        discussion: """
            Schemas are built in and need no network. Every answer names the one it is held to in its field 'schema'. A \
            schema may be asked for by its own name or by a command: 'run', 'test', 'config --list-keys'.
            """
    )

    @Argument(help: ArgumentHelp("The schema, or the command that prints what it describes.", valueName: "name"))
    var name: [String] = []

    func run() async throws {
        let name = name.joined(separator: " ")
        guard !name.isEmpty else {
            for document in MachineDocument.allCases {
                Console.standard.answer(
                    "\(document.rawValue)\t\(document.version)\t\(document.commands.joined(separator: ", "))"
                )
            }
            return
        }
        guard let document = MachineDocument.named(name) else {
            throw GateFailure(
                "schema.unknown",
                "there is no schema '\(name)'",
                hints: ["'git gatekeeper schema' lists them"]
            )
        }
        Console.standard.answer(try document.schema())
    }
}
