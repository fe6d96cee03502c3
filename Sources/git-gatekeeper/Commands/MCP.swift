import ArgumentParser
import GateCore

/// `git gatekeeper mcp`
struct MCP: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mcp",
        abstract: "Serve the gate to a coding agent, as an MCP server on standard input and output.",
        discussion: """
            The agent may test, look for a fix, have a patch judged, and read what is recorded. No argument of a tool
            changes policy, base, commands or isolation, and nothing is written into the working tree unless
            --allow-apply was given here. The server is for the repository around the folder it is started in.
            It speaks JSON, whatever --format says.
            """
    )

    @Flag(help: "Let the agent have a proven fix written into the working tree; otherwise it is kept aside.")
    var allowApply = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        try await MCPServer(try Wire.taking(), ToolBox(allowsApply: allowApply)).serve()
    }
}
