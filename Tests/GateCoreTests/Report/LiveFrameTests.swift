import Foundation
import GateGit
import Testing

@testable import GateCore

@Suite("the live view")
struct LiveFrameTests {
    private static let redactor = Redactor(secrets: [])

    private static func opened(_ change: (inout ResolvedPolicy) -> Void = { _ in }) -> RunEvent {
        var policy = ResolvedPolicy()
        change(&policy)
        return .opened(
            proposal: Proposal(
                baseCommit: nil,
                baseTree: .emptyTree,
                baseOrigin: .headCommit,
                headTree: .emptyTree,
                headCommit: nil,
                headOrigin: "working tree",
                delta: [],
                snapshot: nil
            ),
            policy: policy,
            sandbox: .overlay,
            shortfall: "",
            runID: "20261121T185445.720Z-8beb9v"
        )
    }

    private static func targets(_ names: String...) -> RunEvent {
        var targets = Targets()
        targets.tests["check:test"] = Set(names.map { TestID($0) })
        return .failing(
            record: FailureRecord(runs: [], targets: targets, files: [], isContract: { _ in false }),
            targets: targets
        )
    }

    private static func rejected(_ number: Int) -> RunEvent {
        .judged(number: number, verdict: Verdict(reasons: [Reason(.targetNotFixed, "t", "still red")]), isLast: false)
    }

    private static let record = RunRecord(
        id: "1",
        command: "signoff",
        started: Date(timeIntervalSince1970: 0),
        gate: RunRecord.Gate(version: "0", libgit2: "0"),
        repository: "/r",
        base: RunRecord.Side(commit: nil, tree: "", origin: ""),
        head: RunRecord.Side(commit: nil, tree: "", origin: ""),
        sandbox: RunRecord.SandboxRecord(level: "overlay", shortfall: ""),
        policy: []
    )

    /// Takes in events a second apart.
    private static func state(_ events: [RunEvent], _ redactor: Redactor = redactor) -> LiveState {
        var state = LiveState()
        for (second, event) in events.enumerated() { state.apply(event, at: .seconds(second), redactor) }
        return state
    }

    private static func text(
        _ state: LiveState,
        at second: Int = 70,
        columns: Int = 80,
        rows: Int = 24,
        isUnicode: Bool = true
    ) -> [String] {
        LiveFrame.lines(state, now: .seconds(second), columns: columns, rows: rows, isUnicode: isUnicode).map {
            String($0.text.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// A run up to the point where three backends are at work.
    private static let council: [RunEvent] = [
        opened { policy in
            policy.tokenBudget = Sourced(200_000, .builtIn)
            policy.costBudget = Sourced(Cost(micros: 2_500_000), .builtIn)
        },
        .stepStarted(step: "check:test", phase: "head"), .stepDone(step: "check:test", phase: "head"),
        .stepStarted(step: "check:test", phase: "base"), .stepDone(step: "check:test", phase: "base"),
        targets("a", "b"),
        .attemptStarted(number: 1, of: 6, by: "codex"), .attemptStarted(number: 2, of: 6, by: "claude"),
        .attemptStarted(number: 3, of: 6, by: "chat"),
        .backendProgress(number: 1, "reads calc/core.py"),
        .candidate(number: 2, tree: .emptyTree, paths: []), .stepStarted(step: "check:test", phase: "attempt-2"),
        .candidate(number: 3, tree: .emptyTree, paths: []), .confirming(number: 3),
        .stepStarted(step: "check:test", phase: "attempt-3/confirm-1"),
        .stepStarted(step: "check:test", phase: "attempt-3/confirm-2"),
        .spent(Usage(inputTokens: 1000, outputTokens: 200, costUSD: 0.25)),
    ]

    @Test("a run is shown station by station, and what runs at once on lines of its own")
    func council() {
        let shown = Self.text(Self.state(Self.council), columns: 130)
        let rows = [
            "── run 8beb9v ── 1:10 min ── attempt 3 of at most 6 ── repai"
                + "r 1:04 min of 1:00 h ── 1200 of 200000 tokens ──────────────",
            "✗ head    red       2 tests to repair",
            "✓ base    done",
            "▸ repair  now",
            "    attempt 1 by codex asks: reads calc/core.py             "
                + "                                                    1:04 min",
            "    attempt 2 by claude tests: check:test                   "
                + "                                                        59 s",
            "▸ confirm now",
            "    attempt 3 by chat confirms: confirm-1 check:test and 1 m"
                + "ore                                                     56 s",
            "· keep    waits",
        ]
        #expect(shown == rows)
    }

    @Test("where only ASCII can be shown, everything is ASCII, and says the same in words")
    func ascii() {
        var events = Self.council
        events.append(.backendProgress(number: 1, "liest größe 測試"))
        let lines = Self.text(Self.state(events), columns: 100, isUnicode: false)
        #expect(!lines.joined().contains { !$0.isASCII })
        #expect(lines[1] == "x head    red       2 tests to repair")
        #expect(lines[4].contains("asks: liest gr??e ??"))
    }

    @Test("colour adds nothing but colour")
    func colour() {
        let lines = LiveFrame.lines(
            Self.state(Self.council),
            now: .seconds(70),
            columns: 80,
            rows: 24,
            isUnicode: true
        )
        for line in lines {
            #expect(line.drawn(inColour: false) == line.text)
            let bare = line.drawn(inColour: true).replacing(/\u{1B}\[[0-9]+m/, with: "")
            #expect(bare == line.text)
        }
        #expect(lines.contains { $0.drawn(inColour: true) != $0.text })
    }

    @Test("a green run, a red one without repair, and one that has ended")
    func ends() {
        let started: [RunEvent] = [Self.opened(), .stepStarted(step: "check:test", phase: "head")]
        #expect(
            Self.text(Self.state(started), at: 5, columns: 40) == [
                "── run 8beb9v ── 5 s ───────────────────", "▸ head    now",
                "    check:test                       4 s",
            ]
        )
        #expect(
            Self.text(Self.state(started + [.stepDone(step: "check:test", phase: "head"), .green]))[1]
                == "✓ head    green"
        )
        #expect(Self.text(Self.state(started + [Self.targets("a")])).contains("✗ head    red       1 test to repair"))
        #expect(LiveFrame.lines(LiveState(), now: .zero, columns: 80, rows: 24, isUnicode: true).isEmpty)
    }

    @Test("between two runs of one command stands what goes on there")
    func between() {
        let events: [RunEvent] = [
            Self.opened(), .green, .ended(Self.record), .note("codex and claude review the tree"),
        ]
        let before = Self.state(Array(events.prefix(3)))
        #expect(!before.isShown && Self.text(before).isEmpty)
        let reviewing = Self.state(events)
        #expect(Self.text(reviewing, at: 20, columns: 50) == ["▸ codex and claude review the tree            17 s"])
        let fixing = Self.state(events + [.backendProgress(number: 1, "reads calc/core.py")])
        #expect(Self.text(fixing)[0].hasPrefix("▸ codex and claude review the tree: reads calc/core.py"))
        #expect(Self.text(Self.state(events + [Self.opened()]))[1] == "▸ head    now")
        // Before the first run nobody knows yet whether anything may be drawn.
        #expect(!Self.state([.note("asking codex for one word")]).isShown)
    }

    @Test("what came of attempts is counted, and an accepted one is being kept")
    func outcomes() {
        let events: [RunEvent] = [
            Self.opened(), Self.targets("a"), .attemptStarted(number: 1, of: 3, by: nil),
            .trial(number: 1, result: .red),
            .refused(number: 1, findings: [], isLast: false), .attemptStarted(number: 2, of: 3, by: nil),
            .stepStarted(step: "check:test", phase: "attempt-2"), Self.rejected(2),
            .attemptStarted(number: 3, of: 3, by: nil),
        ]
        #expect(Self.text(Self.state(events)).contains("▸ repair  now       1 refused, 1 rejected, 1 tried out"))
        let last = Self.text(
            Self.state(
                events + [.confirming(number: 3), .judged(number: 3, verdict: Verdict(reasons: []), isLast: true)]
            )
        )
        #expect(
            last.suffix(3) == [
                "✓ repair  done      1 refused, 1 rejected, 1 tried out", "✓ confirm done", "▸ keep    now",
            ]
        )
        let broken: [RunEvent] = [.backendFailed(number: 3, message: "m", hints: [])]
        #expect(
            Self.text(Self.state(events + broken)).contains(
                "✗ repair  failed    1 refused, 1 rejected, 1 failed, 1 tried out"
            )
        )
    }

    @Test("no line is wider than the terminal, and no more lines than it has rows")
    func size() {
        var events = Self.council
        events += [
            .backendProgress(number: 1, String(repeating: "測試 🙂 e\u{301} ", count: 40)),
            .stepStarted(step: String(repeating: "長い", count: 80), phase: "attempt-2"),
        ]
        for count in 0...events.count {
            let state = Self.state(Array(events.prefix(count)))
            for columns in [1, 2, 5, 10, 20, 33, 60, 80, 120, 200, 300] {
                for isUnicode in [true, false] {
                    let lines = LiveFrame.lines(
                        state,
                        now: .seconds(4000),
                        columns: columns,
                        rows: 24,
                        isUnicode: isUnicode
                    )
                    for line in lines {
                        #expect(line.width <= columns && line.width == DisplayWidth.of(line.text), "\(line.text)")
                    }
                }
            }
            for rows in 1...12 {
                let lines = LiveFrame.lines(state, now: .seconds(90), columns: 60, rows: rows, isUnicode: true)
                #expect(lines.count <= rows)
            }
        }
        let low = Self.text(Self.state(Self.council), columns: 60, rows: 4)
        #expect(low.count == 4 && low.last == "    and 3 more", "\(low)")
    }

    @Test("nothing that others wrote reaches the terminal as anything but text")
    func hostile() {
        let evil = "\u{1B}[2J\u{1B}]0;owned\u{7}\r\nx\u{202E}y\u{9B}31m\tz"
        var events = Self.council
        events += [.backendProgress(number: 1, evil), .stepStarted(step: evil, phase: "attempt-2/\(evil)")]
        events.append(.attemptStarted(number: 4, of: 6, by: evil))
        let secret = Redactor(secrets: [Redactor.Secret(kind: "key", value: Array("topsecretvalue123".utf8))])
        events.append(.backendProgress(number: 4, "sends topsecretvalue123 away"))
        let lines = LiveFrame.lines(
            Self.state(events, secret),
            now: .seconds(90),
            columns: 200,
            rows: 40,
            isUnicode: true
        ).map(\.text)
        for scalar in lines.joined().unicodeScalars {
            #expect(scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value) && scalar.value != 0x202E)
        }
        #expect(!lines.joined().contains("topsecretvalue123"))
    }

    @Test("attempts that run at once may tell theirs in any order")
    func interleaving() {
        func course(_ number: Int, _ name: String) -> [RunEvent] {
            [
                .attemptStarted(number: number, of: 4, by: name), .backendProgress(number: number, "thinks"),
                .stepStarted(step: "check:test", phase: "attempt-\(number)/trial"),
                .stepDone(step: "check:test", phase: "attempt-\(number)/trial"), .trial(number: number, result: .red),
                .candidate(number: number, tree: .emptyTree, paths: []),
                .stepStarted(step: "check:test", phase: "attempt-\(number)"), Self.rejected(number),
                .spent(Usage(inputTokens: number * 100, outputTokens: 1)),
                .attemptStarted(number: number + 2, of: 4, by: name), .confirming(number: number + 2),
                .stepStarted(step: "lint", phase: "attempt-\(number + 2)/confirm-1"),
            ]
        }
        let prefix = [Self.opened(), Self.targets("a")]
        func drawn(_ events: [RunEvent]) -> [String] {
            var state = LiveState()
            for event in prefix + events { state.apply(event, at: .zero, Self.redactor) }
            return Self.text(state)
        }
        let expected = drawn(course(1, "codex") + course(2, "claude"))
        #expect(expected.count == 7, "\(expected)")
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var (one, two) = (course(1, "codex")[...], course(2, "claude")[...])
            var mixed: [RunEvent] = []
            while !one.isEmpty || !two.isEmpty {
                if two.isEmpty || (!one.isEmpty && Bool.random(using: &generator)) {
                    mixed.append(one.removeFirst())
                } else {
                    mixed.append(two.removeFirst())
                }
            }
            #expect(drawn(mixed) == expected)
        }
    }
}
