import GateCore
import Testing

@Suite("FlakyTests")
struct FlakyTestsTests {
    @Test("runs differ about a test by whether it holds, is red, is skipped or is there")
    func differing() {
        let one = observation(["a": .passed, "b": .failed, "c": .failed, "d": .skipped, "e": .passed, "f": .failed])
        let two = observation(["a": .failed, "b": .errored, "c": .passed, "d": .passed, "f": .notRun])
        #expect(FlakyTests.differing(one, two).map(\.name).sorted() == ["a", "c", "d", "e"])
        #expect(FlakyTests.differing(two, one) == FlakyTests.differing(one, two))
        #expect(FlakyTests.differing(one, one).isEmpty)
    }

    @Test("a file that one run could not load takes its tests with it")
    func uncollectedOnce() {
        let one = observation(["a": .passed], problems: [uncollected("tests/x.py")])
        let two = observation(["a": .passed, "tests/x.py::t": .passed])
        let differing = FlakyTests.differing(one, two)
        #expect(differing.map(\.name).sorted() == ["tests/x.py", "tests/x.py::t"])
        let flaky = FlakyTests(["check:test": differing])
        for run in [one, two] {
            #expect(flaky.without(run).outcomes.keys.map(\.name) == ["a"])
            #expect(flaky.without(run).isGreen)
        }
        #expect(!FlakyTests(["other": differing]).without(one).isGreen)
    }

    @Test(
        "files that node is given are named in the opposite order, and nothing else is",
        arguments: [
            ("node --test a.js b.js", Reversal.byCommand(["node", "--test", "b.js", "a.js"])),
            ("node --test a.js", .impossible), ("node --test", .impossible),
            ("node --test --test-concurrency 1 a.js b.js", .impossible), ("make test", .impossible),
        ]
    )
    func node(_ command: String, _ expected: Reversal) {
        #expect(NodeRunner.reversal(of: command.split(separator: " ").map(String.init)) == expected)
    }
}
