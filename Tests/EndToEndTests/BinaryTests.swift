import Foundation
import GateTestSupport
import Testing

@Test("the program stands beside the test bundle")
func programIsBuilt() {
    #expect(FileManager.default.isExecutableFile(atPath: Program.folder + "/git-gatekeeper"))
}
