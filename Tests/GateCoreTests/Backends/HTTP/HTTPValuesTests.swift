import GateCore
import Testing

@testable import GateBackends

@Suite("HTTP: addresses, answers, waits")
struct HTTPValuesTests {
    @Test("an address is taken only where it says plainly whom it means")
    func endpoints() throws {
        let good = try HTTPEndpoint("https://API.example.com:8443/v1/", of: "x")
        #expect(good.url == "https://API.example.com:8443/v1" && good.host == "api.example.com" && good.isEncrypted)
        #expect(good.authority == "API.example.com:8443" && good.appending("responses").url.hasSuffix("/v1/responses"))
        for url in [
            "ftp://example.com", "example.com/v1", "https://", "https://user:secret@example.com",
            "http://localhost@evil.net",
            "https://example.com/a b", "https://example.com/\n", "https://example.com/?key=1", "https://exämple.com",
            "file:///etc/passwd", "https://example.com/{a,b}",
        ] {
            #expect(throws: GateFailure.self, "\(url)") { _ = try HTTPEndpoint(url, of: "x") }
        }
    }

    @Test("a key goes in the clear to this very machine and to nobody else")
    func cleartext() throws {
        for url in ["http://localhost:1", "http://127.0.0.1/v1", "http://127.9.9.9", "http://[::1]:8", "https://a.b"] {
            try HTTPEndpoint(url, of: "x").admitKey(of: "x")
        }
        for url in [
            "http://example.com", "http://localhost.evil.net", "http://127.0.0.1.evil.net", "http://127.evil",
            "http://10.0.0.1", "http://0177.0.0.1", "http://2130706433",
        ] {
            #expect(throws: GateFailure.self, "\(url)") { try HTTPEndpoint(url, of: "x").admitKey(of: "x") }
        }
    }

    @Test("the last block of headers counts, whatever stood before it")
    func answers() throws {
        let text =
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"
            + "HTTP/2 200 \r\nContent-Type: Text/Event-Stream; charset=utf-8\r\nX-A: 1\r\nX-a: 2\r\n\r\nHTTP/1.1 500 no\r\n\r\n"
        let answer = try #require(HTTPAnswer.parse(Array(text.utf8)))
        #expect(answer.status == 200 && answer.mediaType == "text/event-stream" && answer.headers["x-a"] == "2")
        #expect(answer.body == Array("HTTP/1.1 500 no\r\n\r\n".utf8))
        for text in ["", "HTTP/1.1 200", "SSH-2.0-x\r\n\r\n", "HTTP/1.1 x\r\n\r\n", "HTTP/1.1 100 C\r\n\r\n"] {
            #expect(HTTPAnswer.parse(Array(text.utf8)) == nil, "\(text)")
        }
    }

    @Test("nothing of a request stands on curl's command line, and no value can add a line of its own")
    func configuration() throws {
        let endpoint = try HTTPEndpoint("http://127.0.0.1:1/v1", of: "x")
        var request = HTTPRequest(endpoint: endpoint, headers: [("x-key", "a\"b\\c")], body: [1])
        let limits = CurlCall.Limits(idle: .seconds(3), whole: .milliseconds(1500))
        let text = try CurlCall.configuration(request, body: "/tmp/b", limits: limits)
        #expect(text.contains("header = \"x-key: a\\\"b\\\\c\"\n") && text.contains("max-time = 1.500\n"))
        #expect(text.contains("noproxy = \"*\"\n") && text.contains("speed-time = 3\n"))
        request.headers = [("x-key", "a\nurl = file:///etc/passwd")]
        #expect(throws: HTTPFailure.self) { _ = try CurlCall.configuration(request, body: "", limits: limits) }
    }

    private static func answer(_ status: Int, _ headers: [String: String] = [:]) -> HTTPAnswer {
        HTTPAnswer(status: status, headers: headers, body: [])
    }

    @Test("what may be better later is tried again, and what a server says of it wins, but for money")
    func retries() {
        for status in [408, 409, 429, 500, 502, 503, 504, 529] {
            #expect(RetryPolicy.mayRetry(Self.answer(status), isExhausted: false), "\(status)")
            #expect(!RetryPolicy.mayRetry(Self.answer(status), isExhausted: true), "\(status)")
        }
        for status in [301, 400, 401, 403, 404, 413, 422] {
            #expect(!RetryPolicy.mayRetry(Self.answer(status), isExhausted: false), "\(status)")
        }
        #expect(RetryPolicy.mayRetry(Self.answer(400, ["x-should-retry": "true"]), isExhausted: false))
        #expect(!RetryPolicy.mayRetry(Self.answer(500, ["x-should-retry": "false"]), isExhausted: false))
    }

    @Test("waits are those a server asks for within reason, else they double, less up to a quarter")
    func waits() {
        let policy = RetryPolicy(random: { 0 })
        let late = RetryPolicy(random: { 1 })
        #expect(policy.wait(before: 2, after: nil) == .milliseconds(500))
        #expect(policy.wait(before: 3, after: nil) == .seconds(1))
        #expect(policy.wait(before: 9, after: nil) == .seconds(8))
        #expect(late.wait(before: 3, after: nil) == .milliseconds(750))
        let cases: [([String: String], Duration?)] = [
            (["retry-after-ms": "250", "retry-after": "9"], .milliseconds(250)), (["retry-after": "2"], .seconds(2)),
            (["retry-after": "0"], .milliseconds(500)), (["retry-after": "121"], nil),
            (["retry-after": "soon"], .milliseconds(500)), (["retry-after": "1e400"], .milliseconds(500)),
            (
                ["retry-after": "Sun, 06 Nov 1994 08:49:40 GMT", "date": "Sun, 06 Nov 1994 08:49:37 GMT"],
                .seconds(3)
            ),
            (["retry-after": "Sun, 06 Nov 1994 08:49:40 GMT"], .milliseconds(500)),
        ]
        for (headers, expected) in cases {
            #expect(policy.wait(before: 2, after: Self.answer(429, headers)) == expected, "\(headers)")
        }
        #expect(HTTPDate.seconds("Thu, 29 Feb 2024 00:00:00 GMT") == 1_709_164_800)
        #expect(HTTPDate.seconds("Thu, 01 Jan 1970 00:00:00 GMT") == 0)
    }

    @Test("events of a stream are read with any line ends, and one that was cut off is none")
    func events() {
        let text = ": hello\r\nevent: a\r\ndata: 1\r\ndata: 2\r\n\r\ndata:{\"x\":1}\n\nevent: b\ndata: cut"
        #expect(EventStream.events(Array(text.utf8)).map { "\($0.name)=\($0.data)" } == ["a=1\n2", "={\"x\":1}"])
    }

    @Test("files of assignments are read as other tools read them")
    func dotenv() {
        let text = """
            # a comment
            A=1
            export B = 'two words' # more
            C="x#y"
            D=plain # comment
            no assignment
            """
        #expect(DotEnv.parse(text) == ["A": "1", "B": "two words", "C": "x#y", "D": "plain"])
    }

    @Test("the schema that servers enforce closes every object, and what follows it can be read here")
    func schema() throws {
        #expect(StrictSchema.holds(ReplySchema.strict))
        #expect(!StrictSchema.holds(["type": "object", "properties": ["a": ["type": "string"]]]))
        #expect(!StrictSchema.holds(["type": "array", "items": ReplySchema.value]))
        let texts = [
            #"{"cannot_fix":null,"edits":[{"content":"x","delete":null,"edits":null,"path":"a"}]}"#,
            #"{"cannot_fix":null,"edits":[{"content":null,"delete":true,"edits":null,"path":"a"}]}"#,
            #"{"cannot_fix":{"kind":"other","reason":"r","tests":[]},"edits":null}"#,
        ]
        for text in texts {
            guard case .success = ReplyParser.parse(Array(text.utf8)) else {
                Issue.record("\(text)")
                continue
            }
        }
    }
}
