import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// The demo is what a newcomer sees first, so it is held to what it says.
@Suite("demo")
struct DemoTests {
    /// Every red test of the shop, by the scenario whose cause it shows.
    static let causes = [
        "write_read": [
            "tests.test_user_store.UserStoreTests.test_capital_letters_do_not_hide_anybody",
            "tests.test_user_store.UserStoreTests.test_who_was_removed_is_gone",
        ],
        "systemic": [
            "tests.test_user_registry.SpellingTests.test_of_a_new_nickname",
            "tests.test_user_registry.SpellingTests.test_of_members_of_the_old_shop",
            "tests.test_user_registry.SpellingTests.test_of_somebody_who_is_invited",
        ],
        "contract_drift": [
            "tests.test_orders.OrderTests.test_a_discount_counts_once_for_the_whole_order",
            "tests.test_receipt.ReceiptTests.test_the_discount_is_named_and_counted",
        ],
        "low_confidence": [
            "tests.test_delivery_window.DeliveryDayTests.test_the_van_rests_on_public_holidays"
        ],
    ]

    @Test("the shop is the same to the last commit, whatever git's configuration says")
    func determinism() async throws {
        try await withScratchFolder("demo") { scratch in
            let plain = try await Self.shop(in: scratch, named: "plain")
            try Data(
                """
                [user]
                	name = Somebody Else
                	useConfigOnly = true
                [init]
                	defaultBranch = trunk
                	templateDir = /nowhere
                [core]
                	autocrlf = true
                	hooksPath = /nowhere
                [commit]
                	gpgSign = true
                [am]
                	threeWay = true
                [apply]
                	whitespace = error

                """.utf8
            ).write(to: URL(fileURLWithPath: "\(scratch)/contrary"))
            let contrary = try await Self.shop(
                in: scratch,
                named: "contrary-shop",
                environment: [
                    "GIT_CONFIG_GLOBAL": "\(scratch)/contrary", "GIT_DIR": "\(scratch)/nowhere",
                    "GIT_AUTHOR_NAME": "Somebody Else", "GIT_COMMITTER_DATE": "1500000000 +0200", "TZ": "Asia/Tokyo",
                ]
            )
            for arguments in [["for-each-ref"], ["ls-files", "-s"], ["status", "--porcelain"], ["diff"]] {
                let first = try await plain.git(arguments)
                #expect(try await contrary.git(arguments) == first)
                #expect(!first.isEmpty)
            }
            let count = try await plain.git(["rev-list", "--count", "stable"])
            #expect(Int(count).map { $0 >= 10 } == true)
            #expect(
                try await plain.git(["status", "--porcelain"])
                    == " M shop/orders.py\n M tests/test_orders.py\n?? shop/gift_card.py\n"
                    .trimmingCharacters(in: .newlines)
            )
        }
    }

    @Test("a folder that is not empty is left alone")
    func occupied() async throws {
        try await withScratchFolder("demo") { scratch in
            try Data("mine\n".utf8).write(to: URL(fileURLWithPath: "\(scratch)/mine"))
            let result = try await Self.run("make-repository.sh", [scratch], in: scratch)
            #expect(result.exitCode == 128)
            #expect(result.standardError.text == "error: '\(scratch)' is not empty\n")
            #expect(!FileManager.default.fileExists(atPath: "\(scratch)/.git"))
        }
    }

    @Test("the base is green, and the working tree red for the four causes and nothing else")
    func outcomes() async throws {
        try await withScratchFolder("demo") { scratch in
            let shop = try await Self.shop(in: scratch, named: "shop")
            let record = try await Self.test(shop, [])
            #expect(Self.red(record, phase: "base").isEmpty)
            #expect(record.steps.contains { $0.phase == "base" && $0.outcomes.count == 27 })
            #expect(Self.red(record, phase: "head") == Self.causes.values.joined().sorted())
            for (scenario, tests) in Self.causes {
                let record = try await Self.test(shop, ["--scenario", scenario])
                let step = record.steps.first { $0.phase == "head" && $0.step == "scenario:\(scenario)" }
                #expect(step?.outcomes.filter { $0.value != "passed" }.keys.sorted() == tests)
            }
        }
    }

    @Test("the whole demo ends as it says, and keeps all work")
    func demo() async throws {
        try await withScratchFolder("demo") { scratch in
            let result = try await Self.run("run.sh", ["\(scratch)/shop"], in: scratch)
            #expect(result.exitCode == 0, "\(result.standardOutput.text)\n\(result.standardError.text)")
            #expect(result.standardOutput.text.contains("\n# In short\n"))
            let shop = TestRepository(at: "\(scratch)/shop", scratch: scratch)
            let again = try await Self.shop(in: scratch, named: "again")
            for arguments in [["rev-parse", "HEAD", "stable"], ["ls-files", "-s"]] {
                let asMade = try await again.git(arguments)
                #expect(try await shop.git(arguments) == asMade)
            }
            for untouched in ["shop/gift_card.py", "tests/test_orders.py", "shop/user_registry.py"] {
                #expect(shop.read(untouched) == again.read(untouched))
            }
        }
    }

    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("demo").path

    private static func run(
        _ script: String,
        _ arguments: [String],
        in scratch: String,
        environment extra: [String: String] = [:]
    ) async throws -> ProcessResult {
        var environment = TestRepository(at: scratch, scratch: scratch).environment
        environment["PATH"] = "\(Program.folder):\(environment["PATH"] ?? "/usr/bin:/bin")"
        environment.merge(extra) { _, new in new }
        return try await ProcessRunner.run(
            ProcessRequest(
                executable: "sh",
                arguments: ["\(folder)/\(script)"] + arguments,
                environment: environment,
                workingDirectory: scratch,
                input: nil,
                limits: ProcessLimits(wallTime: .seconds(300))
            )
        )
    }

    private static func shop(
        in scratch: String,
        named name: String,
        environment: [String: String] = [:]
    ) async throws -> TestRepository {
        let result = try await run("make-repository.sh", ["\(scratch)/\(name)"], in: scratch, environment: environment)
        #expect(result.exitCode == 0, "\(result.standardOutput.text)\n\(result.standardError.text)")
        return TestRepository(at: "\(scratch)/\(name)", scratch: scratch)
    }

    private static func test(_ shop: TestRepository, _ arguments: [String]) async throws -> RunRecord {
        let result = try await shop.gatekeeper(
            arguments: ["test", "--base", "stable", "--format", "json"] + arguments
        )
        #expect(result.exitCode == 1, "\(result.standardError.text)")
        return try JSON.decode(RunRecord.self, from: result.standardOutput.bytes)
    }

    private static func red(_ record: RunRecord, phase: String) -> [String] {
        var tests: Set<String> = []
        for step in record.steps where step.phase == phase {
            tests.formUnion(step.outcomes.filter { $0.value != "passed" }.keys)
        }
        return tests.sorted()
    }
}

extension TestRepository {
    /// Runs git with the arguments as a list, without the fixture's trimming of more than the last newline.
    fileprivate func git(_ arguments: [String]) async throws -> String {
        let result = try await ProcessRunner.run(
            ProcessRequest(
                executable: "git",
                arguments: arguments,
                environment: environment,
                workingDirectory: path,
                input: nil
            )
        )
        #expect(result.isSuccess, "git \(arguments.joined(separator: " ")): \(result.standardError.text)")
        return result.standardOutput.text.trimmingCharacters(in: .newlines)
    }
}
