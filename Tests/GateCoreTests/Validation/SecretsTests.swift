import Foundation
import GateCore
import GateTestSupport
import Testing

@Suite("credentials that checks do not see")
struct SecretsTests {
    @Test("they are found below every home, as what they are and where they really lie")
    func found() async throws {
        try await withScratchFolder("secrets") { scratch in
            let files = FileManager.default
            for folder in ["one/.ssh", "one/.env", "two/kept/aws"] {
                try files.createDirectory(atPath: "\(scratch)/\(folder)", withIntermediateDirectories: true)
            }
            try Data("machine x\n".utf8).write(to: URL(fileURLWithPath: "\(scratch)/one/.netrc"))
            try Data("harmless\n".utf8).write(to: URL(fileURLWithPath: "\(scratch)/one/notes"))
            try files.createSymbolicLink(
                atPath: "\(scratch)/two/.aws",
                withDestinationPath: "\(scratch)/two/kept/aws"
            )
            try files.createSymbolicLink(atPath: "\(scratch)/two/.npmrc", withDestinationPath: "nowhere")
            let found = Secrets.found(below: ["\(scratch)/one", "\(scratch)/two", "\(scratch)/none"])
            #expect(
                found.map { "\($0.path.dropFirst(scratch.count))\($0.isFolder ? "/" : "")" }
                    == ["/one/.env/", "/one/.netrc", "/one/.ssh/", "/two/kept/aws/"]
            )
        }
    }
}
