import GateCore
import GateGit
import Testing

/// How the tools of each family name places, one row for each form that no recorded output has.
@Suite("frames")
struct FrameTests {
    private static let files: Set<RepositoryPath> = Set(
        [
            "calc/core.py", "src/app.ts", "src/app.test.ts", "web/src/App.tsx", "Sources/Calc/Core.swift",
            "Tests/CalcTests/CoreTests.swift", "src/lib.rs", "a/core.go", "b/core.go", "b/core_test.go",
            "app/src/main/java/org/example/Shop.java", "app/src/main/kotlin/shop/Cart.kt", "lib/core.rb", "src/core.cc",
            "run.sh", "test/all.bats", "other/Objects.java", "x y/odd name.py",
        ].map { RepositoryPath($0) }
    )

    private static let forms: [(String, [String])] = [
        ("    at total (file:///repo/src/app.ts:3:5)", ["src/app.ts:3 in total"]),
        ("    at async Promise.all (index 0)\n    at async load (/repo/src/app.ts:7:1)", ["src/app.ts:7 in load"]),
        (" ❯ total src/app.ts:3:5", ["src/app.ts:3 in total"]),
        (" ❯ src/app.test.ts:9:1", ["src/app.test.ts:9"]),
        ("    at App (webpack:///./web/src/App.tsx:12:3)", ["web/src/App.tsx:12 in App"]),
        ("    at App (webpack-internal:///(rsc)/./web/src/App.tsx:12:3)", ["web/src/App.tsx:12 in App"]),
        ("    at run (/repo/node_modules/vitest/src/app.ts:3:5)", []),
        ("    at node:internal/main/run_main_module:28:49", []),
        (
            "/repo/Tests/CalcTests/CoreTests.swift:9: error: CalcTests.CoreTests.testSub : XCTAssertEqual failed: (\"8\") is not equal to (\"2\")",
            ["Tests/CalcTests/CoreTests.swift:9 in CalcTests.CoreTests.testSub"]
        ),
        (
            "✘ Test subtracts() recorded an issue at CoreTests.swift:12:5: Expectation failed: (8) == 2",
            ["Tests/CalcTests/CoreTests.swift:12"]
        ),
        ("Calc/Core.swift:3: Fatal error: Index out of range", ["Sources/Calc/Core.swift:3"]),
        ("thread 'main' panicked at 'no', src/lib.rs:4:5", ["src/lib.rs:4"]),
        ("warning: unused variable\n --> src/lib.rs:1:1\n\nerror[E0425]: no\n --> src/lib.rs:9:1", ["src/lib.rs:9"]),
        ("    core_test.go:12: got 8, want 2", ["b/core_test.go:12"]),
        // Two files of one name, and nothing that says which.
        ("    core.go:12: no", []),
        (
            "\tat org.example.Shop.total(Shop.java:12)",
            ["app/src/main/java/org/example/Shop.java:12 in org.example.Shop.total"]
        ),
        ("\tat app//shop.CartKt.total(Cart.kt:3)", ["app/src/main/kotlin/shop/Cart.kt:3 in app//shop.CartKt.total"]),
        // A file of the same name in another package is none of ours.
        ("\tat java.base/java.util.Objects.requireNonNull(Objects.java:233)", []),
        (
            "[ERROR] /repo/app/src/main/java/org/example/Shop.java:[3,5] cannot find symbol",
            ["app/src/main/java/org/example/Shop.java:3"]
        ),
        (
            "e: file:///repo/app/src/main/kotlin/shop/Cart.kt:3:5 Unresolved reference",
            ["app/src/main/kotlin/shop/Cart.kt:3"]
        ),
        (
            "[ERROR]   Shop.total:12 expected: <5> but was: <6>",
            ["app/src/main/java/org/example/Shop.java:12 in Shop.total"]
        ),
        ("\tfrom /repo/lib/core.rb:6:in 'Shop#total'", ["lib/core.rb:6 in Shop#total"]),
        ("core: /repo/src/core.cc:4: int main(): Assertion `a == b' failed.", ["src/core.cc:4 in int main()"]),
        ("src/core.cc:7: Failure", ["src/core.cc:7"]),
        ("#   `check' failed\n(in test file test/all.bats, line 6)", ["test/all.bats:6"]),
        ("run.sh: line 3: foo: command not found", ["run.sh:3"]),
        ("  File \"/repo/x y/odd name.py\", line 3, in go", ["x y/odd name.py:3 in go"]),
        (
            "  File \"<frozen importlib._bootstrap>\", line 3, in go\n  File \"/usr/lib/python3/site-packages/calc/core.py\", line 1, in a",
            []
        ),
        ("  File \"/repo/../etc/calc/core.py\", line 3, in go", []),
        ("calc/core.py:3: DeprecationWarning: old", []),
        ("src/core.cc:3:1: note: declared here", []),
    ]

    @Test("a place is read in the words of its tool, or not at all", arguments: forms.indices)
    func rows(_ index: Int) {
        let (text, expected) = Self.forms[index]
        let record = Failing.record(Failing.weak(Array(text.utf8)), files: Self.files)
        #expect(record.frames.map(\.description) == expected, "\(text)")
    }

    @Test("frames in tests are kept and never suspected, and those of targets come first")
    func contract() {
        let results = [
            TestResult(id: TestID("a"), outcome: .failed, detail: "  File \"/repo/calc/core.py\", line 2, in add"),
            TestResult(
                id: TestID("b"),
                outcome: .failed,
                detail: "  File \"/repo/tests/test_core.py\", line 5, in test"
            ),
        ]
        let old = [TestResult(id: TestID("a"), outcome: .failed), TestResult(id: TestID("b"), outcome: .passed)]
        let record = Failing.record(Failing.tests(results), base: [Failing.tests(old)])
        #expect(record.frames.map(\.description) == ["tests/test_core.py:5 in test", "calc/core.py:2 in add"])
        #expect(record.likelyFiles == [RepositoryPath("calc/core.py")])
    }

    @Test("confidence adds up exactly, with a reason for each term")
    func confidence() {
        func hundredths(_ message: String, detail: String = "", base: Bool = false) -> FailureConfidence {
            let result = TestResult(id: TestID("a"), outcome: .failed, message: message, detail: detail)
            return Failing.record(
                Failing.tests([result]),
                base: base ? [Failing.tests([TestResult(id: TestID("a"), outcome: .passed)])] : nil,
                delta: base ? [RepositoryPath("calc/core.py")] : []
            ).confidence
        }
        let frame = "  File \"/repo/calc/core.py\", line 2, in add"
        #expect(hundredths("odd").hundredths == 30)
        #expect(hundredths("odd", detail: frame).hundredths == 50)
        #expect(hundredths("assert 1 == 2").hundredths == 65)
        #expect(hundredths("odd", base: true).hundredths == 50)
        #expect(hundredths("assert 1 == 2", detail: frame).hundredths == 85)
        #expect(hundredths("assert 1 == 2", detail: frame, base: true).hundredths == 90)
        #expect(hundredths("assert 1 == 2", detail: frame, base: true).reasons.count == 5)
        #expect(hundredths("ConnectionRefusedError: [Errno 111] no").hundredths == 30)
    }
}
