import GateCore
import GateGit
import Testing

/// What makes two failures one and the same.
@Suite("the fingerprint of a failure")
struct FingerprintTests {
    private func print(
        _ message: String,
        test: String = "tests/test_core.py::test_total",
        detail: String = "",
        root: String = "/repo"
    ) -> String {
        let result = TestResult(id: TestID(test), outcome: .failed, message: message, detail: detail)
        return Failing.record(Failing.tests([result])).fingerprint
    }

    /// Messages of one failure in two runs, or on two machines.
    private static let same: [(String, String)] = [
        ("ValueError: took 12 ms", "ValueError: took 1934 ms"),
        ("ValueError: took 0.12s", "ValueError: took 12.9s"),
        ("ValueError: <Shop object at 0x7f95bd80cae0>", "ValueError: <Shop object at 0x55aa01>"),
        ("OSError: /tmp/pytest-of-me/pytest-12/a0/b.txt is no folder", "OSError: /var/folders/xy/T/b.txt is no folder"),
        ("ValueError: on 2026-11-21T10:19:06Z", "ValueError: on 2027-01-01T00:00:00Z"),
        ("ValueError: on 2026-11-21 10:19:06", "ValueError: on 1999-01-02 01:02:03"),
        (
            "ValueError: order 123e4567-e89b-12d3-a456-426614174000 is gone",
            "ValueError: order 00000000-aaaa-12d3-a456-426614174fff is gone"
        ),
        ("ValueError: [1, 2, 3]", "ValueError: [4, 5, 6]"),
    ]

    @Test("what differs from run to run makes no difference", arguments: Self.same.indices)
    func stable(_ index: Int) {
        #expect(
            print(Self.same[index].0) == print(Self.same[index].1),
            "\(MessageShape.of(Self.same[index].0)) \(MessageShape.of(Self.same[index].1))"
        )
    }

    @Test("another test, another file, another kind or other words are another failure")
    func distinct() {
        let all = [
            print("ValueError: no total"), print("ValueError: no price"), print("SyntaxError: no total"),
            print("ValueError: no total", test: "tests/test_core.py::test_price"),
            print("ValueError: no total", detail: "  File \"/repo/calc/core.py\", line 3, in total"),
            print("ValueError: no total", detail: "  File \"/repo/calc/money.py\", line 3, in total"),
        ]
        #expect(Set(all).count == all.count)
        // An edit above moves the line, and nothing else.
        #expect(all[4] == print("ValueError: no total", detail: "  File \"/repo/calc/core.py\", line 9, in total"))
    }

    @Test("a failure of which nothing is recognised has one too, whatever the order of its tests")
    func unrecognised() {
        let results = (0..<5).map { TestResult(id: TestID("t\($0)"), outcome: .failed, message: "odd") }
        let one = Failing.record(Failing.tests(results)).fingerprint
        #expect(one == Failing.record(Failing.tests(results.reversed())).fingerprint)
        #expect(one.count == 64 && Failing.record(Failing.tests(results)).pattern == nil)
        #expect(Failing.record(Failing.weak(Array("odd 1".utf8))).fingerprint.count == 64)
    }

    @Test("names of tests keep their numbers and lose addresses")
    func ids() {
        #expect(MessageShape.ofID(TestID("tests/test_a.py::test_a[3-x]")) == "tests/test_a.py::test_a[3-x]")
        #expect(
            MessageShape.ofID(TestID("test_a[<object at 0x7f00aa>]"))
                == MessageShape.ofID(TestID("test_a[<object at 0x11>]"))
        )
    }
}
