/// What a backend is asked for, in words.
package struct RepairPrompt: Sendable {
    package let template: PromptTemplate

    static let fileName = "reviewer.prompt"
    static let required: Set = ["response_contract", "tests"]
    static let optional: Set = ["scope"]

    static let builtIn = """
        The tests listed below fail. Change the code so that they pass and every other test keeps passing.
        The tests are the contract: you may not change, add or remove tests, fixtures or runner configuration.
        Make the smallest change that repairs the cause. Do not special-case the tests' inputs.
        If the code cannot be repaired without changing the contract, say so with cannot_fix.

        {{response_contract}}

        Tests that must pass:
        {{tests}}{{scope}}
        """

    /// The forms of an answer that the gate reads.
    static let responseContract = """
        Answer with one JSON document and nothing else, in one of these forms:
        {"edits":[{"path":"relative/path","content":"whole new content"}]}
        {"edits":[{"path":"relative/path","edits":[{"search":"text that occurs once","replace":"new text"}]}]}
        {"cannot_fix":{"kind":"no-fix|contract-is-wrong|needs-human|needs-dependency|not-reproducible|other",
        "reason":"why","tests":["ids of the tests it is about"]}}
        Saying so is a good answer where it is true: it is reported to a person, and held against nobody.
        """

    package init(template: PromptTemplate) { self.template = template }

    /// The request in words.
    ///
    /// - Parameter scope: globs of what may be touched; empty for everything outside the contract.
    package func text(targets: Targets, scope: [String]) -> String {
        var tests = targets.allTests.prefix(100).map { "- \(DataFence.name($0.name))" }.joined(separator: "\n")
        let builds = targets.uncollected.values.flatMap { $0 }.sorted().map { $0.isEmpty ? "the build" : $0 }
        if !builds.isEmpty {
            tests +=
                "\nThese cannot even be loaded:\n"
                + builds.map { "- \(DataFence.name($0))" }.joined(separator: "\n")
        }
        let limit =
            scope.isEmpty
            ? "" : "\nYou may only touch files that match:\n" + scope.map { "- \($0)" }.joined(separator: "\n")
        return template.filled(["response_contract": Self.responseContract, "tests": tests, "scope": limit])
    }
}
