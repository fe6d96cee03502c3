/// What a backend is asked for, in one place.
package enum Instructions {
    /// The request in words.
    package static func repair(targets: Targets, scope: [String]) -> String {
        let tests = targets.allTests.map(\.name)
        var text = """
            The tests listed below fail. Change the code so that they pass and every other test keeps passing.
            The tests are the contract: you may not change, add or remove tests, fixtures or runner configuration.
            Make the smallest change that repairs the cause. Do not special-case the tests' inputs.
            If the code cannot be repaired without changing the contract, say so with cannot_fix.

            Answer with one JSON document and nothing else, in one of these forms:
            {"edits":[{"path":"relative/path","content":"whole new content"}]}
            {"edits":[{"path":"relative/path","edits":[{"search":"text that occurs once","replace":"new text"}]}]}
            {"cannot_fix":{"kind":"no-fix|contract-is-wrong|needs-human|needs-dependency|not-reproducible|other",
            "reason":"why","tests":["ids of the tests it is about"]}}
            Saying so is a good answer where it is true: it is reported to a person, and held against nobody.

            Tests that must pass:

            """
        text += tests.prefix(100).map { "- \($0)" }.joined(separator: "\n")
        let builds = targets.uncollected.values.flatMap { $0 }.sorted().map { $0.isEmpty ? "the build" : $0 }
        if !builds.isEmpty {
            text += "\nThese cannot even be loaded:\n" + builds.map { "- \($0)" }.joined(separator: "\n")
        }
        if !scope.isEmpty {
            text += "\nYou may only touch files that match:\n" + scope.map { "- \($0)" }.joined(separator: "\n")
        }
        return text
    }
}
