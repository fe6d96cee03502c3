import GateCore
import Testing

@Suite("Targets")
struct TargetsTests {
    private let step = "check:test"

    @Test("red at the head and not at the base is a target; red at both is attributed to the base")
    func delta() {
        let base = observation(["old": .failed, "new": .passed, "fine": .passed])
        let head = observation(["old": .errored, "new": .failed, "fine": .passed, "added": .timedOut])
        let targets = chosen(head: [head], base: [base])
        #expect(targets.allTests.map(\.name) == ["added", "new"])
        #expect(targets.attributedToBase == [step: ["old"]])
        #expect(targets.steps == [step])
    }

    @Test("every red outcome makes a target, and nothing else does", arguments: Outcome.allCases)
    func redness(_ outcome: Outcome) {
        let targets = chosen(head: [observation(["t": outcome])])
        let isRed = [Outcome.failed, .errored, .timedOut, .killed].contains(outcome)
        #expect(targets.isEmpty == !isRed)
    }

    @Test("where every failure is old, every red test is a target")
    func allOld() {
        let same = observation(["old": .failed, "fine": .passed], problems: [uncollected("tests/x.py")])
        let targets = chosen(head: [same], base: [same])
        #expect(targets.allTests.map(\.name) == ["old"])
        #expect(targets.uncollected == [step: ["tests/x.py"]])
        #expect(targets.attributedToBase.isEmpty)
    }

    @Test("without a base every red test is a target")
    func noBase() {
        #expect(chosen(head: [observation(["a": .failed, "b": .failed])]).allTests.count == 2)
    }

    @Test("policy can demand the old failures too")
    func baseGreen() {
        let base = observation(["old": .failed, "new": .passed])
        let head = observation(["old": .failed, "new": .failed])
        let targets = chosen(head: [head], base: [base], requireBaseGreen: true)
        #expect(targets.allTests.map(\.name) == ["new", "old"])
        #expect(targets.attributedToBase.isEmpty)
    }

    @Test("a file that only the head cannot collect is a target, one that the base cannot either is not")
    func collection() {
        let base = observation(["a": .passed], problems: [uncollected("tests/old.py")])
        let head = observation(["a": .passed], problems: [uncollected("tests/old.py"), uncollected("tests/new.py")])
        let targets = chosen(head: [head], base: [base])
        #expect(targets.uncollected == [step: ["tests/new.py"]])
        #expect(targets.attributedToBase == [step: ["tests/old.py"]])
        #expect(!targets.isEmpty)
    }

    @Test("a step that could not be collected at all is a target with an empty prefix")
    func wholeStep() {
        #expect(chosen(head: [observation([:], problems: [uncollected(nil)])]).uncollected == [step: [""]])
    }

    @Test("advisory steps and steps that were not asked for give no targets")
    func otherSteps() {
        let lint = observation(["style": .failed], step: "check:lint", required: false)
        let other = observation(["x": .failed], step: "check:other")
        #expect(chosen(head: [lint]).isEmpty)
        let targets = Targets.choose(named: [], head: [other], base: nil, steps: ["check:test"], requireBaseGreen: true)
        #expect(targets.isEmpty)
    }

    @Test(
        "a named test is a target where it does not hold, already green where it does, unknown where nobody reports it"
    )
    func named() {
        let head = observation(["red": .failed, "skipped": .skipped, "green": .passed])
        let targets = chosen(head: [head], named: ["red", "skipped", "green", "nobody"])
        #expect(targets.tests == [step: [TestID("red"), TestID("skipped")]])
        #expect(targets.alreadyGreen == [TestID("green")])
        #expect(targets.unknown == [TestID("nobody")])
    }

    @Test("naming a test leaves out every other red one")
    func namedOnly() {
        let head = observation(["red": .failed, "other": .failed])
        #expect(chosen(head: [head], named: ["red"]).allTests == [TestID("red")])
    }

    @Test("a named test may hide behind a file that cannot be collected")
    func namedHidden() {
        let head = observation([:], problems: [uncollected("tests/a.py")])
        let targets = chosen(head: [head], named: ["tests/a.py::one"])
        #expect(targets.tests == [step: [TestID("tests/a.py::one")]])
        #expect(targets.unknown.isEmpty)
    }

    @Test("a named test is a target in every step in which it is red, and only there")
    func namedInSteps() {
        let one = observation(["t": .failed], step: "check:one")
        let two = observation(["t": .passed], step: "check:two")
        let three = observation(["t": .errored], step: "check:three")
        let targets = chosen(head: [one, two, three], named: ["t"])
        #expect(targets.steps == ["check:one", "check:three"])
        #expect(targets.alreadyGreen.isEmpty)
    }

    @Test(
        "a prefix covers the ids below it and no other",
        arguments: [
            ("tests/a.py", "tests/a.py", true), ("tests/a.py", "tests/a.py::one", true),
            ("tests/a", "tests/a/b.py::x", true), ("tests/a", "tests/ab.py::x", false),
            ("tests/a", "tests/a_b.py::x", false), ("tests/a", "tests/a1.py", false),
            ("crate", "crate::mod::t", true), ("Module.Class", "Module.Class/test", true),
            ("", "anything", true), ("tests/a.py", "tests/b.py", false), ("tests/a.py::one", "tests/a.py", false),
        ] as [(String, String, Bool)]
    )
    func covers(_ prefix: String, _ test: String, _ expected: Bool) {
        #expect(Targets.covers(prefix, TestID(test)) == expected)
    }
}
