import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    /// FIPS 180-4 and the examples NIST publishes with it.
    static let vectors: [(String, String)] = [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
        (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ]

    @Test("the published vectors", arguments: vectors)
    func published(text: String, digest: String) { #expect(SHA256.hex(text) == digest) }

    @Test("every length around a block, and any way of cutting the bytes, gives what sha256sum gives")
    func againstTheTool() async throws {
        var generator = SystemRandomNumberGenerator()
        try await withScratchFolder("digests") { folder in
            var expected: [String] = []
            for length in Array(0...130) + [4095, 4096, 70_000] {
                let bytes = (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
                try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(String(format: "%06d", length))"))
                let cut = Int.random(in: 0...length, using: &generator)
                var hash = SHA256()
                hash.update(Array(bytes[..<cut]))
                hash.update(Array(bytes[cut...]))
                let pieces = hash.finish().map { String(format: "%02x", $0) }.joined()
                #expect(pieces == SHA256.hex(bytes))
                expected.append(pieces)
            }
            let result = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "sh",
                    arguments: ["-c", "sha256sum * 2>/dev/null || shasum -a 256 *"],
                    environment: ProcessInfo.processInfo.environment,
                    workingDirectory: folder,
                    limits: ProcessLimits(wallTime: .seconds(60))
                )
            )
            let found = result.standardOutput.text.split(separator: "\n").map { String($0.prefix(64)) }
            #expect(found == expected)
        }
    }
}
