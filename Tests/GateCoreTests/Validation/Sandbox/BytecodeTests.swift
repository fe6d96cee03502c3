import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("compiled files of a tree")
struct BytecodeTests {
    /// Runs a test of broken sources beside which a compiled file of healthy ones claims to be current.
    private func outcome(level: String) async throws -> Outcome? {
        try await withTestRepository("bytecode") { repository in
            try repository.write("core.py", "def double(a):\n    return a + 1\n")
            try repository.write(
                "test_core.py",
                """
                import unittest

                import core


                class CoreTests(unittest.TestCase):
                    def test_double(self):
                        self.assertEqual(core.double(4), 8)

                """
            )
            try repository.write("../healthy.py", "def double(a):\n    return 2 * a\n")
            let compiled = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "python3",
                    arguments: [
                        "-c",
                        """
                        import importlib.util, py_compile
                        py_compile.compile("../healthy.py", cfile=importlib.util.cache_from_source("core.py"),
                            dfile="core.py", invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
                        """,
                    ],
                    environment: repository.environment,
                    workingDirectory: repository.path
                )
            )
            #expect(compiled.isSuccess, "\(compiled.standardError.text)")
            try await repository.commitAll("compiled")
            let opened = try await repository.open()
            let sandbox = try await Defence.$levelOfTask.withValue(level) {
                try await Sandbox.probe(
                    demand: .preferred,
                    surroundings: Sandbox.Surroundings(environment: repository.environment),
                    folder: repository.scratch
                )
            }
            let validator = Validator(
                Validator.Setting(
                    repository: opened,
                    pool: WorktreePool(folder: "\(repository.scratch)/pool", repository: opened),
                    sandbox: sandbox,
                    environment: CheckEnvironment.make(caller: repository.environment, settings: []),
                    carried: []
                )
            )
            let step = Step(
                id: "check:test",
                kind: .test,
                isRequired: true,
                command: ["python3", "-m", "unittest", "test_core"],
                commandSource: .builtIn,
                format: "auto",
                reports: [],
                wallTime: .seconds(300),
                idleTime: .seconds(300),
                outputLimit: 1 << 20
            )
            let tree = try #require(ObjectID(hex: try await repository.git("rev-parse", "HEAD^{tree}")))
            let runs = try await validator.run([step], on: tree, for: .confirmation)
            #expect(runs.first?.sandbox.rawValue == level)
            return runs.first?.report.outcomes[TestID("test_core.CoreTests.test_double")]
        }
    }

    @Test("are not taken for their sources", arguments: SandboxFixture.walled + ["process"])
    func notTaken(level: String) async throws {
        #expect(try await outcome(level: level) == .failed)
        let fooled = try await Defence.$switchedOff.withValue([.bytecode]) { try await outcome(level: level) }
        #expect(fooled == .passed, "the case shows nothing")
    }
}
