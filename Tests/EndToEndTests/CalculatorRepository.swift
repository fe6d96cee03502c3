import GateGit
import GateTestSupport

/// A small Python project with one bug, as many tests here need it.
enum Calculator {
    static let healthy = """
        def add(a, b):
            return a + b


        def sub(a, b):
            return a - b


        def div(a, b):
            return a / b

        """
    static let broken = healthy.replacing("a - b", with: "a + b")
    static let tests = """
        import unittest

        from calc import core


        class CalcTests(unittest.TestCase):
            def test_add(self):
                self.assertEqual(core.add(2, 3), 5)

            def test_sub(self):
                self.assertEqual(core.sub(5, 3), 2)

            def test_div(self):
                self.assertEqual(core.div(6, 3), 2)

            @unittest.skip("not on this machine")
            def test_skipped(self):
                self.fail()

        """
    static let target = "tests.test_core.CalcTests.test_sub"

    /// Runs `body` in a repository whose last commit is healthy and whose working tree is broken.
    static func withRepository<R>(
        broken: Bool = true,
        _ body: (TestRepository) async throws -> R
    ) async throws -> R {
        try await withTestRepository("calc") { repository in
            try repository.write("calc/__init__.py", "")
            try repository.write("calc/core.py", healthy)
            try repository.write("tests/__init__.py", "")
            try repository.write("tests/test_core.py", tests)
            try repository.write(
                ".gatekeeper/config",
                """
                [gatekeeper "check.test"]
                \tcommand = python3 -m unittest discover -t . -s tests

                """
            )
            try await repository.commitAll("a healthy calculator")
            if broken { try repository.write("calc/core.py", Calculator.broken) }
            return try await body(repository)
        }
    }

    /// A patch of the broken file.
    static func patch(_ old: String, _ new: String) -> String {
        """
        --- a/calc/core.py
        +++ b/calc/core.py
        @@ -3,5 +3,5 @@

         
         def sub(a, b):
        -    return \(old)
        +    return \(new)
         

        """
    }
}
