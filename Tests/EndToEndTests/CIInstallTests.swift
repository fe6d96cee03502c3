import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("install --ci")
struct CIInstallTests {
    @Test("the job is written for the branch that changes go into, and nobody's own file is touched")
    func install() async throws {
        try await withTestRepository("install") { repository in
            try repository.write("file", "x\n")
            try await repository.commitAll("first")
            try await repository.git("branch", "-m", "trunk")
            let written = try await repository.gatekeeper("install", "--ci", "github")
            #expect(written.exitCode == 0, "\(written.standardError.text)")
            #expect(written.standardOutput.text.contains("written: .github/workflows/gatekeeper.yml"))
            let path = ".github/workflows/gatekeeper.yml"
            #expect(repository.read(path)?.contains("branches: [\"trunk\"]") == true)
            let other = try await repository.gatekeeper("install", "--ci", "github", "--target", "main", "--fleet")
            #expect(other.standardOutput.text.contains("upgraded: "))
            try repository.write(path, "name: mine\n")
            let foreign = try await repository.gatekeeper("install", "--ci", "github", "--format", "json")
            #expect(foreign.exitCode == 1)
            #expect(foreign.standardOutput.text.contains("\"foreign\""))
            #expect(repository.read(path) == "name: mine\n")
            #expect(try await repository.gatekeeper("uninstall", "--ci", "github").exitCode == 0)
            #expect(repository.read(path) == "name: mine\n")
            #expect(try await repository.gatekeeper("install", "--ci", "buildbot", "pre-push").exitCode == 129)
            #expect(try await repository.gatekeeper("install", "--ci", "buildbot").exitCode == 0)
            #expect(try await repository.gatekeeper("uninstall", "--ci", "buildbot").exitCode == 0)
            #expect(repository.read("gatekeeper_buildbot.py") == nil)
        }
    }
}
