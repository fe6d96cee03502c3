import Foundation
import GateCore
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Reports for engines, made of records in which everything that others wrote is hostile.
@Suite("reports for engines")
struct CIReportTests {
    private static let hostile =
        "::error file=x::owned%0A\r\n::set-output name=a::b\n##[error]no <img src=x onerror=y> @everyone #1 "
        + "[link](javascript:x) `code` ]]> & \u{0}\u{1B}[31m \u{202E}txt"

    private static func findings(_ count: Int = 1, message: String = hostile) throws -> CIFindings {
        var outcomes: [String: String] = ["tests/test_a.py::test_good": "passed", "skip": "skipped"]
        var failed: [String] = []
        for number in 0..<count {
            let name = "tests/test_a.py::test_\(number)[a::b]"
            outcomes[name] = "failed"
            failed.append(
                """
                {"step": "check:test", "test": \(try quoted(name)), "outcome": "failed", "target": true,
                 "message": \(try quoted(message)), "path": "tests/a b,c:%.py", "line": \(number + 1)}
                """
            )
        }
        let failure = """
            {"version": 1, "omittedTests": 0, "failedTests": [\(failed.joined(separator: ","))],
             "failure": {"summary": "red", "likelyFiles": []}}
            """
        let record = """
            {"version": 1, "id": "20261121T100000.000Z-abc", "command": "ci", "started": "2026-11-21T10:00:00Z",
             "seconds": 1, "gate": {"version": "0.1.0", "libgit2": "1.5"}, "repository": "/r",
             "base": {"commit": "\(String(repeating: "1", count: 40))", "tree": "1", "origin": "tip of 'origin/x'"},
             "head": {"commit": "\(String(repeating: "2", count: 40))", "tree": "2", "origin": "commit"},
             "sandbox": {"level": "overlay", "shortfall": ""}, "policy": [], "notes": [\(try quoted(hostile))],
             "scenarios": [], "targets": [], "attributedToBase": [], "attempts": [],
             "steps": [{"step": "check:test", "phase": "head", "tree": "2", "command": ["x"], "runner": "pytest",
               "strength": "strong", "sandbox": "overlay", "pristine": true, "exitCode": 1, "ending": "itself",
               "seconds": 1.5, "stagingSeconds": 0, "outputTruncated": false, "problems": [],
               "outcomes": \(String(decoding: try JSON.encode(outcomes), as: UTF8.self))}],
             "contractDrift": {"added": [], "changed": ["tests/test_a.py"], "removed": [], "others": 2},
             "result": {"verdict": "rejected", "stopReason": "red", "exitStatus": 1, "applied": false, "next": [],
               "reasons": [{"code": "baseline.red", "message": "red"}, {"code": "f2p.x", "message": \(try quoted(hostile))}]}}
            """
        return CIFindings(
            record: try JSON.decode(RunRecord.self, from: Array(record.utf8)),
            failure: try JSON.decode(FailureDocument.self, from: Array(failure.utf8))
        )
    }

    private static func quoted(_ text: String) throws -> String {
        String(decoding: try JSON.encode(text), as: UTF8.self)
    }

    @Test("an annotation is one line, and nothing in it is a command or a property")
    func annotations() throws {
        let lines = GitHubReport.annotations(try Self.findings())
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { !$0.contains("\n") && !$0.contains("\r") })
        #expect(lines[0].hasPrefix("::error file=tests/a b%2Cc%3A%25.py,line=1,title=tests/test_a.py%3A%3Atest_0"))
        #expect(lines[0].contains("owned%250A"))
        #expect(lines[2].hasPrefix("::warning file=tests/test_a.py,title="))
    }

    @Test("there are no more annotations than the engine shows, and the last one counts the others")
    func bounded() throws {
        let lines = GitHubReport.annotations(try Self.findings(40)).filter { $0.hasPrefix("::error") }
        #expect(lines.count == 10)
        #expect(lines.last == "::error title=git gatekeeper::and 32 more, listed in the summary of this job")
    }

    @Test("a fence ends only with its own word")
    func fence() {
        let fenced = GitHubReport.fenced(Self.hostile, token: "secretword")
        let lines = fenced.split(separator: "\n")
        #expect(lines.first == "::stop-commands::secretword")
        #expect(lines.last == "::secretword::")
    }

    @Test("the summary has no HTML, link, mention or heading of others in it, and stays below the engine's bound")
    func summary() throws {
        let text = GitHubReport.summary(try Self.findings(3000, message: String(repeating: Self.hostile, count: 20)))
        #expect(text.utf8.count < 1 << 20)
        var isCode = false
        for line in text.split(separator: "\n") {
            if line.trimmingCharacters(in: .whitespaces).hasPrefix("```") {
                isCode.toggle()
                continue
            }
            guard !isCode else { continue }
            #expect(!line.contains("<img"), "\(line)")
            #expect(!line.contains("](javascript"), "\(line)")
            #expect(!line.contains("@everyone"), "\(line)")
        }
        #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0 || $0.value == 0x202E })
    }

    @Test("JUnit XML is well formed whatever tests say, and counts what there is")
    func junit() throws {
        let text = JUnitReport.render(try Self.findings(2))
        let reader = Reader()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = reader
        #expect(parser.parse(), "\(text)")
        #expect(reader.suite["tests"] == "4")
        #expect(reader.suite["failures"] == "2")
        #expect(reader.suite["skipped"] == "1")
        #expect(reader.cases.contains { $0["classname"] == "tests/test_a.py" && $0["name"] == "test_1[a::b]" })
    }

    @Test("SARIF: stable rules, relative paths, one fingerprint for one finding, and no link of others")
    func sarif() throws {
        let first = try #require(JSONValue.read(try SARIFReport.render(try Self.findings(2))))
        let again = try #require(JSONValue.read(try SARIFReport.render(try Self.findings(2))))
        #expect(first == again)
        let run = first["runs"].elements[0]
        #expect(
            run["tool"]["driver"]["rules"].elements.map { $0["id"].string } == [
                "test-failed", "f2p.x", "contract.drift",
            ]
        )
        let results = run["results"].elements
        #expect(Set(results.map { $0["partialFingerprints"]["gatekeeperIdentity/v1"].string }).count == results.count)
        for result in results {
            let place = result["locations"].elements[0]["physicalLocation"]
            let uri = place["artifactLocation"]["uri"].string ?? ""
            #expect(!uri.hasPrefix("/") && !uri.contains(" ") && !uri.contains(":"), "\(uri)")
            #expect(result["message"]["text"].string?.contains(" [link](") == false)
        }
        #expect(
            results[0]["locations"].elements[0]["physicalLocation"]["artifactLocation"]["uri"].string
                == "tests/a%20b%2Cc%3A%25.py"
        )
    }

    @Test("SARIF holds no more results than are shown, and says how many it left out")
    func manyResults() throws {
        let document = try #require(JSONValue.read(try SARIFReport.render(try Self.findings(6000, message: "no"))))
        let run = document["runs"].elements[0]
        #expect(run["results"].elements.count == 5000)
        #expect(run["properties"]["omittedResults"].integer == 1002)
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var suite: [String: String] = [:]
        var cases: [[String: String]] = []

        func parser(
            _ parser: XMLParser,
            didStartElement name: String,
            namespaceURI: String?,
            qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            if name == "testsuite" { suite = attributes }
            if name == "testcase" { cases.append(attributes) }
        }
    }
}
