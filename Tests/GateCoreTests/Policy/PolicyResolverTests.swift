import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("Policy: sources, keys and values")
struct PolicyResolverTests {
    private static let whole = """
        [gatekeeper "check.unit"]
        \tcommand = pytest -q 'a b'
        \tkind = lint
        \trequired = no
        \tformat = tap
        \treport = out/*.xml
        \treport = more/*.xml
        \ttimeout = 90s
        [gatekeeper "scenario.write-read"]
        \ttitle = what is written can be read
        \tcheck = unit
        \ttests = tests/test_store.py
        \tcommand = make store
        \tformat = pytest
        \tgating = false
        \tscope = src/**
        \ttarget = tests/test_store.py::one
        [gatekeeper "contract"]
        \tprotect = docs/**
        \topen = package.json -- dependencies may change
        [gatekeeper "limits"]
        \twallTime = 2m
        \tidleTime = 1m
        \toutput = 1m
        \treplyBytes = 2k
        \tfiles = 3
        \tlines = 4
        [gatekeeper]
        \tsandbox = required
        \tcarry = node_modules
        \tenvironment = LANG=C
        \trequireBaseGreen
        \tmaxRetries = 5
        \ttimeBudget = 2h
        \tjobs = 2
        \tbackend = codex
        \tmodel = m1
        \ttripwires = required
        \tflakyRuns = 2
        [gatekeeper "contract"]
        \tfrom = base
        \tdrift = block
        [gatekeeper]
        \tsecondLook = escalate
        [gatekeeper "limits"]
        \tprocesses = 5
        \tmemory = 6k
        \tfileSize = 7k
        \tdisk = 8k
        [gatekeeper "clarification"]
        \twhen = unknown
        \tpolicy = interactive
        \toptionSource = heuristic
        [gatekeeper]
        \tenabled = false
        \tconversation = fresh
        [gatekeeper "escalation"]
        \trepeats = 4
        \trevert = enabled
        [gatekeeper "budget"]
        \ttokens = 5000
        \tcost = 2.5
        [gatekeeper "council"]
        \tmember = claude
        \tmember = codex
        \tchoice = smallest
        \treviewer = chat
        \totherFamily = true
        [gatekeeper "context"]
        \ttokens = 9000
        \tsuspectTrials = 6
        [gatekeeper]
        \tmemory = false
        [gatekeeper "memory"]
        \tage = 2d
        [gatekeeper "trust"]
        \tmaxAge = 9h
        [gatekeeper "signoff"]
        \treviewer = claude
        \treviewer = codex gpt-5.4
        \totherFamily = true
        \tdepth = deep
        \tfixer = codex gpt-5.5
        \titerations = 7
        \trequiredFile = docs/spec.md
        \tscope = src/**
        \trequired = true
        \totherThanAuthor = true
        \texpectedPath = docs/**
        [gatekeeper "signoff.job.Python 3.11 / unit"]
        \tcommand = make 'a b'
        """

    @Test("every key of a tracked file takes effect, with file, commit and line as its source")
    func everyKey() async throws {
        let policy = try await policy(Self.whole)
        func at(_ line: Int) -> PolicySource { .tracked(place: "abc1234", line: line) }
        let check = try #require(policy.checks.first)
        #expect(check.command == Sourced(["pytest", "-q", "a b"], at(2)))
        #expect(check.kind == .lint && !check.isRequired && check.format == "tap" && check.timeout == .seconds(90))
        #expect(check.reports == ["out/*.xml", "more/*.xml"])
        let scenario = try #require(policy.scenarios.first)
        #expect(
            scenario.id == "write-read" && scenario.title == "what is written can be read" && scenario.check == "unit"
        )
        #expect(scenario.tests == ["tests/test_store.py"] && scenario.command == Sourced(["make", "store"], at(13)))
        #expect(scenario.format == "pytest" && !scenario.isGating && scenario.scope == ["src/**"])
        #expect(scenario.targets == ["tests/test_store.py::one"] && scenario.source == at(10))
        #expect(policy.protected == [Sourced("docs/**", at(19))])
        #expect(policy.opened.map(\.value.glob) == ["package.json"])
        #expect(policy.opened.map(\.value.reason) == ["dependencies may change"])
        #expect(policy.limits.wallTime == Sourced(.seconds(120), at(22)))
        #expect(policy.limits.idleTime == Sourced(.seconds(60), at(23)))
        #expect(policy.limits.output == Sourced(1 << 20, at(24)))
        #expect(policy.replyBytes == Sourced(2048, at(25)))
        #expect(policy.candidateFiles == Sourced(3, at(26)) && policy.candidateLines == Sourced(4, at(27)))
        #expect(policy.sandbox == Sourced(.required, at(29)))
        #expect(policy.carried == [Sourced("node_modules", at(30))])
        #expect(policy.environment == [Sourced("LANG=C", at(31))])
        #expect(policy.requireBaseGreen == Sourced(true, at(32)))
        #expect(policy.maxRetries == Sourced(5, at(33)) && policy.timeBudget == Sourced(.seconds(7200), at(34)))
        #expect(policy.jobs == Sourced(2, at(35)) && policy.backend == Sourced("codex", at(36)))
        #expect(policy.model == Sourced("m1", at(37)))
        #expect(policy.tripwires == Sourced(.required, at(38)))
        #expect(policy.flakyRuns == Sourced(2, at(39)))
        #expect(policy.contractFrom == Sourced(.base, at(41)) && policy.contractDrift == Sourced(.block, at(42)))
        #expect(policy.secondLook == Sourced(.escalate, at(44)))
        #expect(policy.limits.processes == Sourced(5, at(46)) && policy.limits.memory == Sourced(6 << 10, at(47)))
        #expect(policy.limits.fileSize == Sourced(7 << 10, at(48)) && policy.limits.disk == Sourced(8 << 10, at(49)))
        #expect(policy.clarificationWhen == Sourced(.unknown, at(51)))
        #expect(policy.clarificationPolicy == Sourced(.interactive, at(52)))
        #expect(policy.clarifierOptionSource == Sourced(.heuristic, at(53)))
        #expect(policy.isEnabled == Sourced(false, at(55)) && policy.conversation == Sourced(.fresh, at(56)))
        #expect(policy.escalationRepeats == Sourced(4, at(58)) && policy.escalationRevert == Sourced(.enabled, at(59)))
        #expect(policy.tokenBudget == Sourced(5000, at(61)) && policy.costBudget?.value.text == "2.50")
        #expect(
            policy.council.map(\.value) == ["claude", "codex"] && policy.councilChoice == Sourced(.smallest, at(66))
        )
        #expect(policy.reviewer == Sourced("chat", at(67)) && policy.reviewerOtherFamily == Sourced(true, at(68)))
        #expect(policy.contextTokens == Sourced(9000, at(70)))
        #expect(policy.suspectTrials == Sourced(6, at(71)))
        #expect(policy.remembers == Sourced(false, at(73)) && policy.memoryAge == Sourced(.seconds(172_800), at(75)))
        #expect(policy.trust.maxAge == Sourced(.seconds(9 * 3600), at(77)))
        let signoff = policy.signoff
        #expect(signoff.reviewers.map(\.value.backend) == ["claude", "codex"])
        #expect(signoff.reviewers.map(\.value.model) == [nil, "gpt-5.4"])
        #expect(signoff.otherFamily == Sourced(true, at(81)) && signoff.depth == Sourced(.deep, at(82)))
        #expect(signoff.fixer?.value.model == "gpt-5.5" && signoff.iterations == Sourced(7, at(84)))
        #expect(signoff.requiredFiles == [Sourced("docs/spec.md", at(85))])
        #expect(signoff.scope == [Sourced("src/**", at(86))] && signoff.required == Sourced(true, at(87)))
        #expect(signoff.otherThanAuthor == Sourced(true, at(88)))
        #expect(signoff.expectedPaths == [Sourced("docs/**", at(89))])
        #expect(signoff.jobCommands == ["Python 3.11 / unit": Sourced(["make", "a b"], at(91))])
        let tracked = PolicyKey.all.filter { $0.reach == .tracked }
        let set = Set(policy.effective.map(\.key).compactMap { PolicyKey.find($0)?.key.pattern })
        #expect(set == Set(tracked.map(\.pattern)), "a key is neither set nor shown")
    }

    @Test("the same file with CRLF says the same on the same lines")
    func carriageReturns() async throws {
        let plain = try await policy(Self.whole)
        let dos = try await policy(Self.whole.replacing("\n", with: "\r\n"))
        #expect(plain == dos)
    }

    @Test("keys of the user's own configuration take effect there, and are refused in a tracked file")
    func userKeys() async throws {
        let keys = PolicyKey.all.filter { $0.reach == .userOnly }
        #expect(!keys.isEmpty)
        var resolver = PolicyResolver(knownFormats: [])
        let values = ["command": "agent --fix", "timeout": "30s", "environment": "KEY"]
        for (name, value) in values {
            resolver.add([
                GitSetting(scope: "global", origin: "file:config", key: "gatekeeper.backend.mine.\(name)", value: value)
            ])
            let error = await #expect(throws: GateFailure.self) {
                _ = try await policy("[gatekeeper \"backend.mine\"]\n\t\(name) = \(value)\n")
            }
            #expect(error?.code == "policy.invalid")
            #expect(
                error?.message.contains("line 2") == true
                    && error?.message.contains("gatekeeper.backend.mine.\(name)") == true
            )
        }
        for (name, value) in [
            ("gatekeeper.attest", "true"), ("gatekeeper.signingKey", "/k"), ("gatekeeper.trust.allowedSigners", "/a"),
            ("gatekeeper.trust.revoked", "/r"), ("gatekeeper.ui", "plain"),
        ] {
            resolver.add([GitSetting(scope: "global", origin: "file:config", key: name, value: value)])
            await #expect(throws: GateFailure.self) {
                _ = try await policy("[gatekeeper]\n\t\(name.dropFirst(11)) = x\n")
            }
        }
        #expect(try resolver.resolve().display.value == .plain)
        let trust = try resolver.resolve().trust
        #expect(trust.attests.value && trust.signingKey?.value == "/k")
        #expect(trust.allowedSigners?.value == "/a" && trust.revoked?.value == "/r")
        let settings = try #require(try resolver.resolve().backendSettings["mine"])
        #expect(settings.command?.value == ["agent", "--fix"] && settings.timeout.value == .seconds(30))
        #expect(settings.environment == ["KEY"])
    }

    @Test("only the user's own configuration says that commands of tracked files are trusted unseen")
    func trustedCommands() async throws {
        var resolver = PolicyResolver(knownFormats: [])
        resolver.add([
            GitSetting(scope: "global", origin: "file:config", key: "gatekeeper.trust.commands", value: "always")
        ])
        #expect(try resolver.resolve().trustedCommands.value == .always)
        await #expect(throws: GateFailure.self) {
            _ = try await policy("[gatekeeper \"trust\"]\n\tcommands = always\n")
        }
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let section: String
        let assignment: String
        let says: String
        init(_ section: String, _ assignment: String, _ says: String) {
            (self.section, self.assignment, self.says) = (section, assignment, says)
        }
        var testDescription: String { "\(section) \(assignment)" }
    }

    static let bad: [Bad] = [
        Bad("gatekeeper", "maxRetries = many", "no whole number"),
        Bad("gatekeeper", "maxRetries = -1", "no whole number"),
        Bad("gatekeeper", "maxRetries = 1.5", "no whole number"), Bad("gatekeeper", "maxRetries = 0", "at least one"),
        Bad("gatekeeper", "jobs = 0", "at least one"), Bad("gatekeeper", "jobs", "needs a value"),
        Bad("gatekeeper", "requireBaseGreen = perhaps", "neither true nor false"),
        Bad("gatekeeper", "timeBudget = soon", "no duration"), Bad("gatekeeper", "timeBudget = 0", "no duration"),
        Bad("gatekeeper", "timeBudget = -1h", "no duration"), Bad("gatekeeper", "timeBudget = infh", "no duration"),
        Bad("gatekeeper \"limits\"", "output = much", "no size"),
        Bad("gatekeeper \"limits\"", "output = 9999999999g", "no size"),
        Bad("gatekeeper \"limits\"", "output = 1.5m", "no size"),
        Bad("gatekeeper", "sandbox = perhaps", "required, preferred, off"),
        Bad("gatekeeper", "backend =", "is empty"), Bad("gatekeeper", "model", "needs a value"),
        Bad("gatekeeper \"contract\"", "protect = a[", "not a glob"),
        Bad("gatekeeper \"contract\"", "protect = ../x", "not a glob"),
        Bad("gatekeeper \"contract\"", "open = package.json", "glob -- reason"),
        Bad("gatekeeper \"contract\"", "open = a[ -- why", "not a glob"),
        Bad("gatekeeper \"check.unit\"", "command = 'open", "leaves a quote open"),
        Bad("gatekeeper \"check.unit\"", "command =", "is empty"),
        Bad("gatekeeper \"check.unit\"", "command = cd core && make", "no shell reads it; for a shell write: sh -c"),
        Bad("gatekeeper \"check.unit\"", "kind = tests", "test, lint"),
        Bad("gatekeeper \"check.unit\"", "format = nose", "pytest"),
        Bad("gatekeeper \"check.unit\"", "timeout = 5w", "no duration"),
        Bad("gatekeeper \"check.unit\"", "required = maybe", "neither true nor false"),
        Bad("gatekeeper \"check.unit\"", "kind = lint", "has no command"),
        Bad("gatekeeper \"scenario.a/b\"", "tests = x", "letters, digits"),
        Bad("gatekeeper \"scenario.x\"", "title = t", "names neither"),
        Bad("gatekeeper \"scenario.x\"", "check = none", "does not exist"),
        Bad("gatekeeper", "maxRetrys = 3", "did you mean 'gatekeeper.maxRetries'"),
        Bad("gatekeeper \"check.unit\"", "comand = x", "did you mean 'gatekeeper.check.<name>.command'"),
        Bad("gatekeepr", "jobs = 2", "is not a key"), Bad("core", "fsmonitor = evil", "is not a key"),
        Bad("alias", "x = !sh", "is not a key"), Bad("gatekeeper", "include = x", "is not a key"),
    ]

    @Test("a bad value is an error that names file, commit, line and key", arguments: bad)
    func badValue(_ row: Bad) async throws {
        let error = await #expect(throws: GateFailure.self) {
            _ = try await policy("# first line\n[\(row.section)]\n\t\(row.assignment)\n")
        }
        let message = try #require(error?.message)
        #expect(error?.code == "policy.invalid")
        #expect(message.contains(row.says), "\(message)")
        #expect(message.contains(".gatekeeper/config (abc1234), line 3"), "\(message)")
        let section = row.section.split(separator: "\"").map { $0.filter { $0 != " " } }.joined(separator: ".")
        #expect(message.contains("'\(section)"), "\(message)")
    }

    @Test("every problem is told at once")
    func allProblems() async throws {
        let error = await #expect(throws: GateFailure.self) {
            _ = try await policy("[gatekeeper]\n\tjobs = x\n\tsandbox = y\n\tnonsense = z\n")
        }
        #expect(error?.message.contains("3 problems") == true)
    }

    @Test("later sources replace values, and replace lists as a whole")
    func precedence() async throws {
        var resolver = PolicyResolver(knownFormats: [])
        resolver.add(
            try await policyFile(
                "[gatekeeper]\n\tmaxRetries = 2\n\tcarry = a\n\tcarry = b\n[gatekeeper \"contract\"]\n\tprotect = x\n"
            )
        )
        resolver.add([
            GitSetting(scope: "local", origin: "file:c", key: "gatekeeper.maxretries", value: "4"),
            GitSetting(scope: "local", origin: "file:c", key: "gatekeeper.carry", value: "c"),
        ])
        resolver.add(key: "gatekeeper.maxRetries", value: "7", source: .flag("--max-retries"))
        let policy = try resolver.resolve()
        #expect(policy.maxRetries == Sourced(7, .flag("--max-retries")))
        #expect(policy.carried.map(\.value) == ["c"])
        #expect(policy.protected.map(\.value) == ["x"])
        #expect(policy.effective.filter { $0.key == "gatekeeper.maxRetries" }.map(\.value) == ["7"])
        #expect(
            policy.effective.map(\.key) == ["gatekeeper.carry", "gatekeeper.contract.protect", "gatekeeper.maxRetries"]
        )
    }

    @Test("a detected check serves where no source names one")
    func detected() throws {
        var resolver = PolicyResolver(knownFormats: [])
        #expect(!resolver.namesChecks)
        resolver.addDetected(command: ["pytest", "a b"], format: "pytest", because: "there is a pytest.ini")
        let policy = try resolver.resolve()
        #expect(policy.checks.map(\.command) == [Sourced(["pytest", "a b"], .detected("there is a pytest.ini"))])
        #expect(policy.effective.map(\.value) == ["pytest 'a b'"])
    }

    @Test("who is told when a run has ended is the user's to say, and an address in the clear is an error")
    func notify() throws {
        func resolve(_ settings: [(String, String?)]) throws -> ResolvedPolicy {
            var resolver = PolicyResolver(knownFormats: [])
            resolver.add(
                settings.map { GitSetting(scope: "local", origin: "file:.git/config", key: $0.0, value: $0.1) }
            )
            return try resolver.resolve()
        }
        let policy = try resolve([
            ("gatekeeper.notify.webhook", "https://example.com/x"), ("gatekeeper.notify.secretvariable", "NAME"),
            ("gatekeeper.notify.secretcommand", "pass 'a b'"), ("gatekeeper.notify.desktop", "30s"),
        ])
        #expect(
            policy.notify.webhook?.value == "https://example.com/x" && policy.notify.secretVariable?.value == "NAME"
        )
        #expect(policy.notify.secretCommand?.value == ["pass", "a b"] && policy.notify.desktop?.value == .seconds(30))
        #expect(try resolve([]).notify.isEmpty)
        #expect(try resolve([("gatekeeper.notify.webhook", "http://127.0.0.1:80/x")]).notify.webhook != nil)
        for address in ["http://example.com/s3cret", "file:///s3cret", "s3cret", "http://10.0.0.1/s3cret"] {
            let failure = #expect(throws: GateFailure.self) { try resolve([("gatekeeper.notify.webhook", address)]) }
            #expect(failure?.message.contains("gatekeeper.notify.webhook") == true)
            #expect(failure?.message.contains("s3cret") == false)
        }
    }

    @Test("what the user says of hooks, branches and pushes takes effect, and a hook that does not exist is an error")
    func hooks() throws {
        func resolve(_ settings: [(String, String?)]) throws -> ResolvedPolicy {
            var resolver = PolicyResolver(knownFormats: [])
            resolver.add(
                settings.map { GitSetting(scope: "local", origin: "file:.git/config", key: $0.0, value: $0.1) }
            )
            return try resolver.resolve()
        }
        let policy = try resolve([
            ("gatekeeper.hook.pre-push.enabled", "no"), ("gatekeeper.hook.pre-push.onred", "block"),
            ("gatekeeper.hook.pre-commit.onred", "repair"), ("gatekeeper.hook.fastforward", nil),
            ("gatekeeper.protectedbranch", "main"), ("gatekeeper.protectedbranch", "release/*"),
            ("gatekeeper.push.attempts", "3"),
        ])
        #expect(policy.hooks[.prePush]?.isEnabled.value == false && policy.hooks[.prePush]?.onRed.value == .block)
        #expect(policy.hooks[.preCommit]?.isEnabled.value == true && policy.hooks[.preCommit]?.onRed.value == .repair)
        #expect(HookSettings(.prePush).onRed.value == .repair && HookSettings(.preCommit).onRed.value == .block)
        #expect(policy.hookFastForward.value && policy.pushAttempts.value == 3)
        #expect(policy.protectedBranches.map(\.value) == ["main", "release/*"])
        for (key, value) in [
            ("gatekeeper.hook.update.enabled", "true"), ("gatekeeper.hook.pre-receive.onred", "repair"),
            ("gatekeeper.hook.post-commit.onred", "block"), ("gatekeeper.protectedbranch", "a[b"),
            ("gatekeeper.protectedbranch", ""), ("gatekeeper.push.attempts", "0"),
        ] {
            #expect(throws: GateFailure.self, "\(key) = \(value)") { try resolve([(key, value)]) }
        }
    }

    @Test("a pattern of branches is over whole names")
    func branchPatterns() throws {
        for (pattern, reference, matches) in [
            ("main", "refs/heads/main", true), ("main", "refs/heads/feature/main", false),
            ("main", "refs/tags/main", false), ("release/*", "refs/heads/release/1", true),
            ("release/*", "refs/heads/release", false), ("release/*", "refs/heads/x/release/1", false),
            ("refs/heads/*", "refs/heads/any", true), ("**", "refs/heads/a/b", true),
            ("refs/tags/v*", "refs/tags/v1", true),
        ] {
            #expect(try BranchPattern(pattern).matches(reference) == matches, "\(pattern) \(reference)")
        }
    }
}
