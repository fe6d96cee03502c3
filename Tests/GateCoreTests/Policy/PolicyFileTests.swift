import Foundation
import GateCore
import GateTestSupport
import Testing

@Suite("Policy: the tracked file")
struct PolicyFileTests {
    @Test(
        "an include is refused however it is written, and the file it names is never read",
        arguments: [
            "[include]\n\tpath = PLACE\n", "[Include]\n\tpath = PLACE\n", "[include]\r\n\tpath = PLACE\r\n",
            "[gatekeeper]\r\n\tjobs = 1\r\n[include]\r\n\tpath = PLACE\r\n", "[include] path = PLACE\n",
            "\u{FEFF}[include]\n\tpath = PLACE\n", "# note \\\n[include]\n\tpath = PLACE\n",
            "[gatekeeper]\n\tbackend = a\\\\\n[include]\n\tpath = PLACE\n",
            "[includeIf \"gitdir:/\"]\n\tpath = PLACE\n",
            "[gatekeeper] [include] path = PLACE\n", "[gatekeeper]\n\tjobs = 1 ; x \\\n[include]\n\tpath = PLACE\n",
            "[ include]\n\tpath = PLACE\n", "   [include]\n\tpath = PLACE\n", "[include \"x\"]\n\tpath = PLACE\n",
        ]
    )
    func include(_ text: String) async throws {
        try await withScratchFolder("include") { folder in
            let secret = "\(folder)/secret"
            try Data("[gatekeeper]\n\tmodel = leaked\n".utf8).write(to: URL(fileURLWithPath: secret))
            let bytes = Array(text.replacing("PLACE", with: secret).utf8)
            do {
                let file = try PolicyFile(bytes: bytes, place: "abc1234", temporaryFolder: folder)
                Issue.record("read: \(file.assignments)")
            } catch let error as GateFailure {
                #expect(["policy.include", "policy.syntax"].contains(error.code))
                #expect(!error.message.contains("leaked"))
            }
        }
    }

    @Test("values that only look like an include are no include")
    func harmless() async throws {
        let file = try await policyFile("# [include]\n[gatekeeper]\n\tmodel = \"[include]\"\n")
        #expect(file.assignments.map(\.value) == ["[include]"])
    }

    @Test(
        "subsections are read as git reads them, with the lines they stand in",
        arguments: [
            ("[gatekeeper \"check.a b\"]\n\tcommand = x\n", "gatekeeper.check.a b.command", 2),
            ("[gatekeeper \"check.a\\\"b\"]\n\tcommand = x\n", "gatekeeper.check.a\"b.command", 2),
            ("[gatekeeper \"check.a]b\"]\n\tcommand = x\n", "gatekeeper.check.a]b.command", 2),
            ("[gatekeeper \"check.Unit\"]\n\tCommand = x\n", "gatekeeper.check.Unit.command", 2),
            ("[gatekeeper \"check.v1.2\"] command = x\n", "gatekeeper.check.v1.2.command", 1),
            ("[GateKeeper]\n\n; note\n\tMAXRETRIES = x\n", "gatekeeper.maxretries", 4),
            ("[gatekeeper]\n\tmodel = a\\\n b\n\tjobs = x\n", "gatekeeper.jobs", 4),
            ("# note \\\n[gatekeeper]\n\tjobs = x\n", "gatekeeper.jobs", 3),
            ("[gatekeeper]\r\n\tmodel = a\r\n\tjobs = x\r\n", "gatekeeper.jobs", 3),
        ] as [(String, String, Int)]
    )
    func lines(_ text: String, _ key: String, _ line: Int) async throws {
        let file = try await policyFile(text)
        let found = try #require(file.assignments.last)
        #expect(found.key == key)
        #expect(found.value == "x")
        #expect(found.source == .tracked(place: "abc1234", line: line))
    }

    @Test("a key that stands alone is true, and one that is set to nothing is false")
    func standsAlone() async throws {
        let check = "[gatekeeper \"check.t\"]\n\tcommand = x\n"
        #expect(try await policy(check + "\trequired\n").checks.first?.isRequired == true)
        #expect(try await policy(check + "\trequired =\n").checks.first?.isRequired == false)
    }

    @Test("the second of two equal keys is named by its own line")
    func occurrences() async throws {
        let file = try await policyFile("[gatekeeper]\n\tcarry = a\n\tjobs = 1\n\tcarry = b\n")
        let carries = file.assignments.filter { $0.key == "gatekeeper.carry" }
        #expect(carries.map(\.source) == [.tracked(place: "abc1234", line: 2), .tracked(place: "abc1234", line: 4)])
    }

    @Test("broken syntax is an error that names the policy and not a file of the machine")
    func syntax() async throws {
        for text in ["[gatekeeper\n", "[gatekeeper]\n\t= 3\n", "[gatekeeper]\n\tmo del = 3\n"] {
            let error = await #expect(throws: GateFailure.self) { _ = try await policyFile(text) }
            #expect(error?.code == "policy.syntax")
            #expect(error?.message.contains("'.gatekeeper/config' (abc1234)") == true)
            #expect(error?.message.contains("/tmp") == false, "\(error?.message ?? "")")
        }
    }

    @Test("what is not text is refused", arguments: [[0x5B, 0x00], [0x5B, 0xFF, 0x5D]] as [[UInt8]])
    func encoding(_ bytes: [UInt8]) async throws {
        let error = await #expect(throws: GateFailure.self) { _ = try await policyFile("", bytes: bytes) }
        #expect(error?.code == "policy.encoding")
    }

    @Test("an empty file sets nothing")
    func empty() async throws {
        let file = try await policyFile("")
        #expect(file.assignments.isEmpty)
    }
}
