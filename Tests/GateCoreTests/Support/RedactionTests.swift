import Foundation
import GateCore
import GateGit
import Testing

@Suite("redaction")
struct RedactionTests {
    private static let value = "s3cr3t/Value+with=signs"
    private static let redactor = Redactor(secrets: [.init(kind: "env.DEPLOY_TOKEN", value: Array(value.utf8))])

    private static func encoded(_ text: String) -> [String] {
        let data = Data(text.utf8)
        let hex = data.map { String(format: "%02x", $0) }.joined()
        let base64 = data.base64EncodedString()
        let wrapped = Data("user-name-of-some-length:\(text)".utf8)
            .base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
        return [
            text, "x\(text)y", base64, Data("me:\(text)".utf8).base64EncodedString(),
            Data("m:\(text)\n".utf8).base64EncodedString(),
            base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""), wrapped, hex,
            hex.uppercased(), text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text,
            text.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed.subtracting(.init(charactersIn: "+=/")))
                ?? text,
        ]
    }

    @Test("a known value leaves no trace in any form", arguments: encoded(value))
    func forms(_ text: String) {
        let result = Self.redactor.redact("before \(text) after")
        #expect(result.contains("‹redacted:env.DEPLOY_TOKEN:"))
        #expect(!result.contains(text))
        #expect(result.hasPrefix("before ") && result.hasSuffix(" after"))
    }

    @Test("whatever is planted where, nothing of it is left, and what is beside it stays")
    func property() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=_-.~!@#$%&*\"\\<>")
        for _ in 0..<120 {
            let secrets = (0..<4).map { _ in
                String(
                    (0..<Int.random(in: 8...70, using: &generator)).map { _ in
                        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
                    }
                )
            }
            let redactor = Redactor(
                secrets: secrets.enumerated().map { .init(kind: "env.S\($0.offset)", value: Array($0.element.utf8)) }
            )
            var bytes: [UInt8] = []
            var planted: [String] = []
            for _ in 0..<12 {
                // Noise is no text in any encoding.
                bytes += (0..<Int.random(in: 1...200, using: &generator)).map { _ in
                    UInt8.random(in: 0x80...0xFF, using: &generator)
                }
                let secret = secrets[Int.random(in: 0..<4, using: &generator)]
                let forms = Self.encoded(secret)
                let form = forms[Int.random(in: 0..<forms.count, using: &generator)]
                planted.append(secret)
                bytes += Array(form.utf8)
            }
            bytes += [0xFF, 0x00, 0x80]
            let result = redactor.redact(bytes)
            for secret in Set(planted) {
                let data = Data(secret.utf8)
                let traces = [
                    Array(secret.utf8), Array(data.base64EncodedString().prefix(data.count / 3 * 4).utf8),
                    Array(data.map { String(format: "%02x", $0) }.joined().utf8),
                ]
                for trace in traces { #expect(result.firstRange(of: trace) == nil, "\(secret)") }
            }
            #expect(result.suffix(3) == [0xFF, 0x00, 0x80])
            #expect(redactor.redact(result) == result)
        }
    }

    static let shapes: [(String, String)] = [
        ("github", "ghp_" + String(repeating: "aB3", count: 12)),
        ("github", "github_pat_" + String(repeating: "aB3_", count: 18)),
        ("aws-key-id", "AKIA" + "IOSFODNN7EXAMPLE"),
        ("aws-secret", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("openai", "sk-" + String(repeating: "aB3", count: 16)),
        ("openai", "sk-proj-" + String(repeating: "aB_3-", count: 10)),
        ("anthropic", "sk-ant-" + "api03-" + String(repeating: "aB3", count: 12)),
        ("slack", "xoxb-" + "123456789012-123456789012-abcdefghijklmnopqrstuvwx"),
        ("google", "AIza" + String(repeating: "aB3xY", count: 7)),
        ("gitlab", "glpat-" + String(repeating: "aB3x", count: 5)),
        ("npm", "npm_" + String(repeating: "aB3", count: 12)),
        ("jwt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"),
        (
            "private-key",
            "-----BEGIN OPENSSH " + "PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\nAAAA\n-----END OPENSSH PRIVATE KEY-----"
        ),
        ("private-key", "-----BEGIN RSA " + "PRIVATE KEY-----\\nMIIEowIBAAKCAQEA\\n"),
        ("url-password", "https://me:hunter22@example.com/"),
        ("authorization", "Authorization: Bearer abcdefgh1234567890"),
    ]

    @Test("tokens of known issuers are recognised by their shape", arguments: shapes)
    func shaped(kind: String, text: String) {
        let redactor = Redactor(secrets: [])
        let result = redactor.redact("a = '\(text)' end")
        #expect(result.contains("‹redacted:\(kind):"), "\(result)")
        #expect(result.hasPrefix("a = '") && result.hasSuffix("end"))
    }

    static let ordinary = [
        "https://example.com/path@2x.png", "ssh://git@example.com/a", "sk-learn", "task-123", "npm_config_cache=/x",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "eyJust a word", "AIzawa",
        "Basic authentication",
        "aws_secret_access_key is missing", "at file:///srv/repo/a.js:3:1", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4",
    ]

    @Test("what only looks a little like one stays", arguments: ordinary)
    func untouched(_ text: String) { #expect(Self.redactor.redact(text) == text) }

    @Test("equal secrets have equal marks in one run, and other marks in another")
    func marks() {
        let first = Self.redactor.redact(Self.value)
        #expect(Self.redactor.redact("x \(Data(Self.value.utf8).base64EncodedString())").contains(first))
        let other = Redactor(secrets: [.init(kind: "env.DEPLOY_TOKEN", value: Array(Self.value.utf8))])
        #expect(other.redact(Self.value) != first)
    }

    @Test("a large output costs one pass, also where it is full of beginnings")
    func large() {
        let piece = Array("eyJ-----BEGIN ://ghp_s3cr3t/Valu AKIA sk-ant- Bearer ".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 << 20)
        while bytes.count < 8 << 20 { bytes += piece }
        let result = Self.redactor.redact(bytes + Array(Self.value.utf8))
        #expect(result.count < bytes.count + 100)
        #expect(result.suffix(3) == Array("›".utf8))
    }

    @Test("secrets of an environment are found by name, or by the look of their value")
    func environment() {
        let found = SecretEnvironment.secrets(
            in: [
                "DEPLOY_TOKEN": "tok-12345", "DB_PASSWORD": "hunter22", "AWS_SECRET_ACCESS_KEY": "abcdefgh",
                "KEYMAP": "de-latin1",
                "SSH_AUTH_SOCK": "/run/agent", "PATH": "/usr/bin:/bin", "HOME": "/root", "X_KEY": "1", "EDITOR": "vim",
                "CI_RUNNER": "q8Zt71LmNvw02HsPd5", "LS_COLORS": "di=01;34:ln=01;36", "GIT_KEY": "true",
            ],
            shared: []
        )
        #expect(
            found.map(\.kind) == ["env.AWS_SECRET_ACCESS_KEY", "env.CI_RUNNER", "env.DB_PASSWORD", "env.DEPLOY_TOKEN"]
        )
    }

    @Test(
        "files that usually hold credentials",
        arguments: [
            (".env", true), (".env.local", true), ("server.pem", true), ("id_rsa", true), ("id_ed25519.pub", true),
            (".npmrc", true), (".netrc", true), ("a.p12", true), ("id_map.py", false), ("environment.py", false),
            ("keys.py", false),
        ]
    )
    func denied(name: String, isDenied: Bool) { #expect(SecretEnvironment.isDenied(fileName: name) == isDenied) }

    @Test("where output was cut, the line that was cut is left out, and the count of bytes still adds up")
    func truncated() {
        var output = CapturedOutput(headLimit: 40, tailLimit: 40)
        output.append(Array("first line\nsecond line with s3cr3t/Va".utf8) + [UInt8](repeating: 0x61, count: 500))
        output.append(Array("lue+with=signs and more\nlast line\n".utf8))
        let mapped = output.mappingKept { Self.redactor.redact($0) }
        #expect(mapped.isTruncated)
        #expect(!mapped.text.contains("s3cr3t"))
        #expect(mapped.text.hasPrefix("first line\n") && mapped.text.hasSuffix("last line\n"))
        #expect(mapped.total == mapped.head.count + mapped.tail.count + mapped.droppedBytes)
        #expect(!CapturedOutput(Array(Self.value.utf8)).mappingKept { Self.redactor.redact($0) }.isTruncated)
    }
}
