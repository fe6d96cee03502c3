import GateCore
import GateGit
import Testing

/// Texts that have the words of a pattern and are none: each row says which pattern must not be read from it.
@Suite("near misses of patterns")
struct NearMissTests {
    /// As the output of a command of which only the exit code is known.
    private static let misread: [(PatternKey, String)] = [
        // Each of these is read as the wrong thing by looking for words.
        (.tomlParse, "FAILED tests/test_core.py::test_options - argparse.ArgumentError: see pyproject.toml\n1 failed"),
        (.tomlParse, "parsed pyproject.toml\nall TOML files parse\nmake: *** [Makefile:3: test] Error 1"),
        (.unknownVariant, "the word 'unknown variant' is in the manual, expected one of two places"),
        (.unknownVariant, "test parses::unknown_variant ... FAILED"),
        (.ruffSettings, "ruff check: All checks passed!\n1 failed, 3 passed"),
        (.ruffSettings, "we asked whether ruff failed yesterday"),
        (.lockContention, "test waits_for_file_lock ... FAILED\nthe thread was waiting for file lock on purpose"),
        (.lockContention, "    note: Blocking waiting for file lock on build directory is what cargo says"),
        (.formatCheck, "for your information: 3 tests failed"),
        (.formatCheck, "information failed"),
        (.formatCheck, "1 file would be reformatted by black if it were run"),
        (.formatCheck, "make: *** [Makefile:2: information] Error 1"),
        (.lintCheck, "splinter failed"),
        (.lintCheck, "make: *** [Makefile:2: splinter] Error 1"),
        (.lintCheck, "All checks passed! (lint)\n2 tests failed"),
        (.lintCheck, "calc/core.py:3:5: what follows is no code of a rule"),
        (.missingModule, "we have no module named 'shop' in this text: No module named 'shop'"),
        (.missingModule, "log: Cannot find module 'x' was handled"),
        (.importCycle, "docs: an import cycle not allowed by our rules"),
        (.syntaxError, "the user typed a syntax error: nothing happened"),
        (.compileError, "an error: something\nthat is no diagnostic"),
        (.compileError, "src/core.c:3:1: warning: unused variable"),
        (.compileError, "src/core.c:3:1: note: declared here"),
        (.typeError, "expected a TypeError: none was raised"),
        (.typeError, "handles_type_error ... ok"),
        (.timeout, "waited until test timed out after 3s in the log"),
        (.timeout, "the request's timeout of 200ms exceeded expectations"),
        (.assertionDifference, "info: expected 3 and got 3"),
        (.assertionDifference, "we assert that a == b"),
        (.outOfMemory, "the cache was out of memory, MemoryError handled, retrying"),
        (.portInUse, "retry: [Errno 98] Address already in use, taking the next port"),
        (.networkNeeded, "warning: Connection refused, using the cache"),
        (.networkNeeded, "test connect ECONNREFUSED is retried ... FAILED"),
        (.missingCommand, "the shell would say: foo: command not found in this case"),
        (.missingCommand, "open data.csv: No such file or directory"),
        (.missingCommand, "FileNotFoundError: [Errno 2] No such file or directory: 'data'"),
        (.missingVariable, "KeyError: 'DATABASE_URL'"),
        (.missingVariable, "run.sh: line 2: total: unbound variable"),
        (.missingVariable, "os.environ was read\nKeyError: 'price'"),
        (.permission, "user bob: Permission denied by the policy under test"),
        (.diskFull, "the message 'No space left on device' is translated"),
    ]

    @Test("the words of a pattern in another place are no pattern", arguments: misread.indices)
    func outputs(_ index: Int) {
        let (key, text) = Self.misread[index]
        let record = Failing.record(Failing.weak(Array(text.utf8)))
        #expect(!record.patterns.contains { $0.key == key }, "\(text)")
        #expect(record.environmentFault == nil)
    }

    /// Messages of one red test of pytest, unittest or node, of which none is the machine's fault.
    private static let speaking = [
        "AssertionError: [Errno 111] Connection refused",
        "AssertionError: ConnectionRefusedError: [Errno 111] Connection refused\nassert 1 == 2",
        "assert 'No space left on device' in 'ok'",
        "assert OSError(98, 'Address already in use') is None",
        "Failed: [Errno 28] No space left on device",
        "Failed: DID NOT RAISE <class 'MemoryError'>",
        "ValueError: no such file: data.csv",
        "FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'",
        "KeyError: 'PRICE'",
        "RuntimeError: upstream said: socket.gaierror: [Errno -2] Name or service not known",
        "Error: expected connect ECONNREFUSED 127.0.0.1:1",
        "Expected values to be strictly equal:\n\n'ECONNREFUSED' !== 'ok'\n",
    ]

    @Test("a test whose message speaks of the machine, and whose error is another one, stays red", arguments: speaking)
    func messages(_ message: String) {
        let result = TestResult(id: TestID("tests/test_core.py::test_a"), outcome: .failed, message: message)
        #expect(Failing.record(Failing.tests([result])).environmentFault == nil)
    }

    @Test("what node leaves out of a message is read from its trace")
    func untyped() {
        func fault(_ head: String) -> PatternKey? {
            let result = TestResult(
                id: TestID("test/core.test.js > connects"),
                outcome: .failed,
                message: "connect ECONNREFUSED 127.0.0.1:5432",
                detail:
                    "\(head): connect ECONNREFUSED 127.0.0.1:5432\n    at TestContext.<anonymous> (/repo/test/core.test.js:3:1)"
            )
            return Failing.record(Failing.tests([result], runner: "node")).environmentFault?.key
        }
        #expect(fault("Error") == .networkNeeded)
        #expect(fault("AssertionError [ERR_ASSERTION]") == nil)
    }
}
