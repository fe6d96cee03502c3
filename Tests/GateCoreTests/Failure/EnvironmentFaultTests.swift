import GateCore
import GateGit
import Testing

/// When the machine is to blame for a red head, and when it is not.
@Suite("whose fault a red head is")
struct EnvironmentFaultTests {
    private static let refused = "ConnectionRefusedError: [Errno 111] Connection refused"

    private func results(_ messages: [String?]) -> [TestResult] {
        messages.enumerated().map { number, message in
            TestResult(
                id: TestID("tests/test_core.py::test_\(number)"),
                outcome: message == nil ? .passed : .failed,
                message: message
            )
        }
    }

    private func blamed(_ head: [String?], base: [String?]? = nil) -> PatternKey? {
        Failing.record(Failing.tests(results(head)), base: base.map { [Failing.tests(results($0))] })
            .environmentFault?.key
    }

    @Test("every target has to end of it")
    func all() {
        #expect(blamed([Self.refused]) == .networkNeeded)
        #expect(blamed([Self.refused, Self.refused, nil]) == .networkNeeded)
        #expect(blamed([Self.refused] + Array(repeating: "assert 1 == 2", count: 19)) == nil)
        #expect(blamed(Array(repeating: Self.refused, count: 19) + ["assert 1 == 2"]) == nil)
        #expect(blamed(Array(repeating: Self.refused, count: 19) + [""]) == nil)
        #expect(blamed([nil]) == nil)
    }

    @Test("what held at the base on the same machine is not the machine's fault")
    func base() {
        #expect(blamed([Self.refused, nil], base: [nil, nil]) == nil)
        #expect(blamed([Self.refused], base: [Self.refused]) == .networkNeeded)
        // A test that the base does not have says nothing about the machine.
        #expect(blamed([nil, Self.refused], base: [nil]) == .networkNeeded)
        // What was red before is no target, and its error does not count.
        #expect(blamed([Self.refused, "assert 1 == 2"], base: [Self.refused, nil]) == nil)
    }

    @Test("one command that fails of itself is enough for the head to stay red")
    func steps() {
        let net = Failing.tests(results([Self.refused]))
        let lint = Failing.weak(
            Array("calc/core.py:1:8: F401 'os' imported but unused\n".utf8),
            step: Failing.step("check:lint")
        )
        let record = Failing.record(net, lint)
        #expect(record.environmentFault == nil)
        #expect(record.patterns.map(\.key) == [.lintCheck, .networkNeeded])
        let full = Failing.weak(
            Array("cp: error writing 'a': No space left on device\n".utf8),
            step: Failing.step("check:lint")
        )
        #expect(Failing.record(net, full).environmentFault?.key == .diskFull)
    }

    @Test("a command that also says something else failed is not the machine's fault")
    func otherWords() {
        func blamed(_ text: String) -> PatternKey? {
            Failing.record(Failing.weak(Array(text.utf8))).environmentFault?.key
        }
        let lock = "    Blocking waiting for file lock on build directory\n"
        #expect(blamed(lock) == .lockContention)
        #expect(blamed(lock + "error[E0425]: cannot find value `c` in this scope\n --> src/lib.rs:3:9\n") == nil)
        #expect(blamed(lock + "test a ... FAILED\n\nthread 'a' (1) panicked at src/lib.rs:1:1:\nno\n") == nil)
        #expect(blamed(lock + "AssertionError: 1 != 2\n") == nil)
        #expect(blamed("socket.gaierror: [Errno -2] no name\nmake: *** [Makefile:3: test] Error 1\n") == .networkNeeded)
    }

    @Test("files of tests that cannot be loaded are read like tests")
    func uncollected() {
        func blamed(_ message: String, base: [StepRun]? = nil) -> PatternKey? {
            let problem = TestReport.Problem(.collection, "tests/test_core.py: \(message)", scope: "tests/test_core.py")
            return Failing.record(Failing.tests([], problems: [problem]), base: base).environmentFault?.key
        }
        #expect(blamed(Self.refused) == .networkNeeded)
        #expect(blamed("ModuleNotFoundError: No module named 'yamlish'") == nil)
        #expect(blamed(Self.refused, base: [Failing.tests(results([nil]))]) == nil)
    }
}
