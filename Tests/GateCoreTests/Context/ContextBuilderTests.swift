import Foundation
import GateGit
import GateTestSupport
import Testing

@testable import GateCore

@Suite("what a backend is shown")
struct ContextBuilderTests {
    private static let shop: [String: String] = [
        "shop/__init__.py": "",
        "shop/orders.py":
            "from shop.pricing import calculate_total\n\n\ndef checkout(cart):\n    return calculate_total(cart, 0.2)\n",
        "shop/pricing.py": "def calculate_total(cart, tax):\n    return sum(cart) * (1 - tax)\n",
        "shop/unrelated.py": "def weather():\n    return 'fine'\n",
        "tests/test_orders.py":
            "from shop.orders import checkout\n\n\ndef test_total():\n    assert checkout([10]) == 12\n",
        "README.md": "A shop.\n",
    ]

    private static func titles(_ text: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("# ") || $0.hasPrefix("FILE: ") }.map(String.init)
    }

    @Test("sections stand in the order of the first system, failing tests before the code they lead to")
    func order() async throws {
        let changed = ["shop/pricing.py": "def calculate_total(cart, tax):\n    return sum(cart) * (1 + tax) - 1\n"]
        try await ContextFixture.with(Self.shop, changed: changed) { fixture in
            let failure = try await fixture.failure(
                "tests/test_orders.py::test_total",
                message: "assert 11 == 12",
                output: "shop/orders.py:5: in checkout\n"
            )
            let context = try await fixture.context(
                of: failure,
                knowledge: [
                    ContextSection(title: "# SCENARIO_MATCH", body: "id: one"),
                    ContextSection(title: "# TEST_SCENARIO_RECORD", body: "{}"),
                ],
                suspectedHunks: "@@ -1 +1 @@\n-a\n+b"
            )
            #expect(
                Self.titles(context.text) == [
                    "# FAILURE_RECORD", "# FAILURE_OUTPUT", "# RECENT_REPO_DELTA", "# RECENT_REPO_DELTA_DIFF",
                    "# SCENARIO_MATCH", "# TEST_SCENARIO_RECORD", "FILE: tests/test_orders.py", "FILE: shop/orders.py",
                    "FILE: shop/pricing.py", "# SUSPECTED_HUNKS",
                ],
                "\(context.text)"
            )
            #expect(
                context.files.map(\.path).prefix(3).sorted() == [
                    "shop/orders.py", "shop/pricing.py", "tests/test_orders.py",
                ]
            )
            #expect(context.files.first?.isContract == true)
            #expect(context.text.contains("(failing tests; read-only: it belongs to the contract)"))
            #expect(context.text.contains("FILE: shop/orders.py\n(the failure names it; "))
            #expect(context.text.contains("-    return sum(cart) * (1 - tax)"))
            #expect(Self.titles(context.text).last == "# SUSPECTED_HUNKS")
        }
    }

    @Test("the diff of a change that the failing code does not import is left out, and counted")
    func delta() async throws {
        let changed = [
            "shop/unrelated.py": "def weather():\n    return 'rain'\n",
            "shop/pricing.py": "def calculate_total(c, t):\n    return 0\n",
        ]
        try await ContextFixture.with(Self.shop, changed: changed) { fixture in
            let context = try await fixture.context(of: try await fixture.failure("tests/test_orders.py::test_total"))
            #expect(context.text.contains("- M shop/pricing.py"))
            #expect(context.text.contains("elsewhere: 1 changed files"))
            #expect(!context.text.contains("+    return 'rain'"))
        }
    }

    @Test(
        "within any budget the record stands first, the budget is kept, and what is missing is named",
        arguments: [1000, 2000, 4000, 8000]
    )
    func budgets(tokens: Int) async throws {
        var files = Self.shop
        for index in 0..<30 {
            let body = (0..<60).map { "def checkout_\(index)_\($0)(cart):\n    return calculate_total(cart)\n" }.joined(
                separator: "\n"
            )
            files["shop/part\(index).py"] = "from shop.pricing import calculate_total\n\n\n" + body
        }
        files["shop/orders.py"] =
            (0..<30).map { "import shop.part\($0)\n" }.joined() + (Self.shop["shop/orders.py"] ?? "")
        try await ContextFixture.with(files) { fixture in
            let failure = try await fixture.failure(
                "tests/test_orders.py::test_total",
                message: "assert 8 == 12",
                output: String(repeating: "noise of the run\n", count: 5000)
            )
            let context = try await fixture.context(of: failure, tokens: tokens)
            #expect(context.text.utf8.count <= tokens * 4)
            #expect(context.text.hasPrefix("# FAILURE_RECORD\n"))
            #expect(context.text.contains("tests/test_orders.py::test_total"))
            #expect(context.files.contains { $0.path == "shop/orders.py" })
            #expect(!context.leftOut.isEmpty || context.files.contains { !$0.isWhole })
            #expect(context.text.contains("# LEFT_OUT\n") == !context.leftOut.isEmpty)
            #expect(!context.leftOut.isEmpty || tokens > 2000)
            #expect(context.text.utf8.count > tokens * 2)
        }
    }

    @Test("a long file is cut to what the failure uses, with the lines between named")
    func cut() async throws {
        var files = Self.shop
        let filler = (0..<300).map { "def other_\($0)():\n    return \($0) * 17\n" }.joined(separator: "\n")
        files["shop/pricing.py"] = filler + "\n" + (Self.shop["shop/pricing.py"] ?? "") + "\n" + filler
        try await ContextFixture.with(files) { fixture in
            let failure = try await fixture.failure("tests/test_orders.py::test_total", detail: "in calculate_total")
            let context = try await fixture.context(of: failure, tokens: 2000)
            let file = try #require(context.files.first { $0.path == "shop/pricing.py" })
            #expect(!file.isWhole)
            #expect(context.text.contains("def calculate_total(cart, tax):"))
            #expect(context.text.contains("left out …]"))
            #expect(file.lines.contains { $0.contains(901) }, "\(file.lines)")
        }
    }

    @Test("the same failure gives the same bytes")
    func sameBytes() async throws {
        try await ContextFixture.with(Self.shop) { fixture in
            let failure = try await fixture.failure("tests/test_orders.py::test_total", message: "assert 8 == 12")
            let first = try await fixture.context(of: failure).text
            for _ in 0..<3 { #expect(try await fixture.context(of: failure).text == first) }
        }
    }

    @Test("where nothing names a file, manifests and the most needed code are shown")
    func fallback() async throws {
        var files = Self.shop
        files["pyproject.toml"] = "[project]\nname = 'shop'\n"
        try await ContextFixture.with(files) { fixture in
            let context = try await fixture.context(of: try await fixture.failure("everything", output: "it broke\n"))
            #expect(context.files.contains { $0.path == "pyproject.toml" })
            #expect(context.files.contains { $0.path == "shop/pricing.py" })
        }
    }

    @Test("returns before newlines are shown as newlines")
    func returns() async throws {
        var files = Self.shop
        files["shop/orders.py"] = files["shop/orders.py"]?.replacing("\n", with: "\r\n")
        try await ContextFixture.with(files) { fixture in
            let context = try await fixture.context(of: try await fixture.failure("tests/test_orders.py::test_total"))
            #expect(context.text.contains("def checkout(cart):\n    return calculate_total(cart, 0.2)\n"))
        }
    }
}
