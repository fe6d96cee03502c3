import GateCore
import GateGit
import GateTestSupport
import Testing

/// What a head does that is red because of the machine, and what one does that only looks so.
@Suite("a head that fails of its surroundings")
struct EnvironmentBlameTests {
    private static let network = """
        import socket
        import unittest


        class NetTests(unittest.TestCase):
            def test_database(self):
                socket.create_connection(("127.0.0.1", 1), timeout=1)

        """

    @Test("nothing is decided, no backend is asked, and the advice stands among what to do next")
    func undecided() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try repository.write("tests/test_net.py", Self.network)
            let record = try await repository.record("run", "--backend-command", "touch asked", status: 125)
            #expect(record.result?.verdict == "undecided")
            #expect(record.result?.stopReason == "environment")
            #expect(record.result?.reasons.map(\.code) == ["baseline.environment"])
            #expect(record.attempts.isEmpty)
            #expect(record.result?.backend == nil)
            let pattern = try #require(record.failure?.patterns?.first)
            #expect(pattern.key == "network-needed")
            #expect(record.result?.next.contains(pattern.guidance) == true)
            let shown = try await repository.gatekeeper("show", record.id, "failure.json").standardOutput.text
            #expect(shown.contains("\"network-needed\""))
        }
    }

    @Test("a test that fails of itself keeps the head red, whatever its words and its neighbours say")
    func red() async throws {
        try await Calculator.withRepository { repository in
            // One target needs the network, and the other one is wrong.
            try repository.write("tests/test_net.py", Self.network)
            let mixed = try await repository.record("test", status: 1)
            #expect(mixed.failure?.pattern == "assertion-difference")
            #expect(mixed.failure?.patterns?.map(\.key).contains("network-needed") == true)
            #expect(mixed.failure?.frames?.first?.path == "tests/test_core.py")
            // An assertion may speak of whatever it likes.
            try repository.write("calc/core.py", Calculator.healthy)
            try repository.write(
                "tests/test_net.py",
                Self.network.replacing(
                    "socket.create_connection((\"127.0.0.1\", 1), timeout=1)",
                    with: "self.fail(\"ConnectionRefusedError: [Errno 111] Connection refused\")"
                )
            )
            #expect(try await repository.record("test", status: 1).result?.verdict == "rejected")
            // What held at the base on this machine cannot be the machine's fault at the head.
            try repository.write("tests/test_net.py", "")
            try repository.write(
                "calc/core.py",
                Calculator.healthy.replacing(
                    "a - b",
                    with: "__import__('socket').create_connection((\"127.0.0.1\", 1)) and a - b"
                )
            )
            let own = try await repository.record("test", status: 1)
            #expect(own.failure?.patterns?.first?.key == "network-needed")
            #expect(own.failure?.confidence?.reasons.contains("20: it came with the delta") == true)
        }
    }
}
