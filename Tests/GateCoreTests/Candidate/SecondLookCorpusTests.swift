import Foundation
import GateCore
import GateGit
import Testing

/// Folder of the repairs, where the bench laid some out.
private let secondLookCorpus = ProcessInfo.processInfo.environment["GATEKEEPER_SECOND_LOOK_CORPUS"]

/// Runs the second look over real repairs that `bench/second-look.py` lays out; without them there is nothing to do.
@Suite("the second look over real repairs", .enabled(if: secondLookCorpus != nil))
struct SecondLookCorpusTests {
    private struct Repair: Decodable {
        let name: String
        let files: [Version]
        let assertions: [String]
        let contractPaths: [String]

        struct Version: Decodable {
            let path: String
            let before: String?
            let after: String
        }
    }

    @Test("each repair is looked at, and what is found is written down")
    func measure() throws {
        let folder = try #require(secondLookCorpus)
        var lines: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".json") {
            let data = try #require(FileManager.default.contents(atPath: "\(folder)/\(name)"))
            let repair = try JSONDecoder().decode(Repair.self, from: data)
            let look = SecondLook(
                repair.files.map {
                    SecondLook.File(
                        path: RepositoryPath($0.path),
                        before: $0.before.map { [Array($0.utf8)] } ?? [],
                        after: Array($0.after.utf8)
                    )
                }
            )
            let names = look.mentionedNames
            let contract = repair.contractPaths.filter { path in
                path.split(separator: "/").last.map { names.contains(String($0)) } ?? false
            }
            let findings = look.findings(contractPaths: Set(contract), assertions: repair.assertions)
            lines.append(([repair.name, "\(findings.count)"] + findings.map(\.message)).joined(separator: "\t"))
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: "\(folder)/findings.tsv"))
    }
}
