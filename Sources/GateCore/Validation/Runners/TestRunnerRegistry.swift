/// All adapters, and which of them reads the outcome of a command.
package enum TestRunnerRegistry {
    /// Every adapter in the order in which they are asked; the last one recognises everything.
    package static let all: [any TestRunner.Type] = [
        PytestRunner.self, UnittestRunner.self, NodeRunner.self, MochaRunner.self, JestRunner.self, VitestRunner.self,
        SwiftTestRunner.self, CargoRunner.self, GoRunner.self, CTestRunner.self, TAPRunner.self, JUnitRunner.self,
        ExitCodeRunner.self,
    ]

    /// Names that policy may give as a format, `auto` first.
    package static var names: [String] { ["auto"] + all.map { $0.name } }

    /// The adapter for a command.
    ///
    /// - Parameters:
    ///   - command: as policy has it.
    ///   - format: an adapter's name, or `auto` or `nil` to go by the command. For any other text the answer is as for
    ///     `auto`: the caller compares with `names` first.
    package static func runner(for command: [String], format: String?) -> any TestRunner.Type {
        if let format, let named = all.first(where: { $0.name == format }) { return named }
        return all.first { $0.recognises(command) } ?? ExitCodeRunner.self
    }
}
