import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("files of engines")
struct CIJobFileTests {
    static let all: [(engine: CIEngine, isFleet: Bool)] = [
        (.github, false), (.github, true), (.gitlab, false), (.gitlab, true), (.jenkins, false), (.buildbot, false),
    ]

    @Test("a file is written once, upgraded where it is ours, and never written over anybody's change", arguments: all)
    func rules(engine: CIEngine, isFleet: Bool) async throws {
        try await withScratchFolder("jobs") { folder in
            let file = try CIJobFile.make(engine, target: "main", isFleet: isFleet)
            let path = "\(folder)/\(file.path)"
            #expect(try file.install(in: folder) == .written)
            #expect(try file.install(in: folder) == .unchanged)
            let other = try CIJobFile.make(engine, target: "trunk", isFleet: isFleet)
            #expect(try other.install(in: folder) == (other.text == file.text ? .unchanged : .upgraded))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == other.text)
            try Data((other.text + "# mine\n").utf8).write(to: URL(fileURLWithPath: path))
            #expect(try file.install(in: folder) == .foreign)
            #expect(try file.uninstall(in: folder) == false)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == other.text + "# mine\n")
            try Data("jobs: {}\n".utf8).write(to: URL(fileURLWithPath: path))
            #expect(try file.install(in: folder) == .foreign)
            try Data(file.text.utf8).write(to: URL(fileURLWithPath: path))
            #expect(try file.uninstall(in: folder))
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("a link in the place of the file leads no write elsewhere")
    func link() async throws {
        try await withScratchFolder("jobs") { folder in
            let outside = "\(folder)/outside"
            let inside = "\(folder)/inside"
            for name in [outside, inside] {
                try FileManager.default.createDirectory(atPath: name, withIntermediateDirectories: true)
            }
            try FileManager.default.createSymbolicLink(atPath: "\(inside)/.github", withDestinationPath: outside)
            let file = try CIJobFile.make(.github, target: "main")
            #expect(throws: (any Error).self) { try file.install(in: inside) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)
        }
    }

    @Test("a name of a branch that would mean something in a file of an engine is refused")
    func target() {
        for name in ["ma'in", "$(id)", "a\"b", "--x", "a;b", "a b", "${{x}}"] {
            #expect(throws: GateFailure.self) { try CIJobFile.make(.github, target: name) }
        }
    }

    @Test("no step of GitHub's has both a secret and untrusted code", arguments: [false, true])
    func split(isFleet: Bool) throws {
        let text = try CIJobFile.make(.github, target: "main", isFleet: isFleet).text
        let steps = text.components(separatedBy: "\n      - ")
        #expect(steps.count > 5)
        for step in steps where step.contains("secrets.") {
            #expect(!step.contains("gatekeeper ci"), "\(step)")
            #expect(!step.contains("actions/checkout"), "\(step)")
        }
        // The model's key is in a job that checks nothing out.
        let jobs = text.components(separatedBy: "\n\n")
        for job in jobs where job.contains("_API_KEY") {
            #expect(!job.contains("actions/checkout"))
            #expect(job.contains("gatekeeper ask"))
        }
        #expect(text.contains("merge_group:"))
        #expect(text.contains("permissions:\n  contents: read\n"))
        #expect(text.contains("if: ${{ always() }}"))
        // What whoever opens a request may write stands in no script.
        for line in text.split(separator: "\n") where line.contains("${{") && line.contains("github.event") {
            #expect(line.contains("github.event_name") || line.contains("head.repo.fork"), "\(line)")
        }
    }
}
