/// What a live view knows of a run: events go in, nothing else. Attempts that run at once may tell theirs in any order.
package struct LiveState: Sendable, Hashable {
    /// How far something is, in one word each.
    package enum Progress: String, Sendable, Hashable, CaseIterable {
        case waits, now, done, green, red, refused, rejected, undecided, failed, accepted
    }

    /// One attempt.
    package struct Lane: Sendable, Hashable {
        package enum Stage: String, Sendable, Hashable {
            case asks, tests, confirms, over
        }

        /// Who was asked, where several are.
        var author: String?
        var most: Int
        var since: Duration
        var stage = Stage.asks
        /// What the backend last said it does.
        var doing = ""
        /// What it came to.
        var outcome: Progress?
    }

    /// A step that runs.
    package struct Place: Sendable, Hashable, Comparable {
        let phase: String
        let step: String

        package static func < (left: Place, right: Place) -> Bool {
            (left.phase, left.step) < (right.phase, right.step)
        }
    }

    /// Bounds of the policy.
    package struct Budget: Sendable, Hashable {
        var time = Duration.zero
        var tokens = 0
        var cost: Cost?
    }

    /// The last part of the run's id, which names it among others.
    private(set) var run = ""
    private(set) var began = Duration.zero
    private(set) var budget = Budget()
    private(set) var running: [Place: Duration] = [:]
    private(set) var lanes: [Int: Lane] = [:]
    /// What each phase last showed.
    private(set) var found: [String: String] = [:]
    /// Steps of the base were run.
    private(set) var hasBase = false
    private(set) var head = Progress.now
    private(set) var targets: Int?
    private(set) var backends: [String] = []
    private(set) var trials = 0
    private(set) var spent = Usage()
    /// When the first attempt began: the time budget counts from there.
    private(set) var attemptsBegan: Duration?
    /// Whether there is a run that has not ended.
    package private(set) var isOpen = false
    /// What goes on between two runs of one command, as reviews do.
    private(set) var between: Between?

    package struct Between: Sendable, Hashable {
        var what: String
        var doing = ""
        var since: Duration
    }

    /// Whether there is anything to be drawn.
    package var isShown: Bool { isOpen || between != nil }

    package init() {}

    /// Takes in what happened.
    ///
    /// - Parameters:
    ///   - time: on any clock that only goes forward, the same for all events.
    ///   - redactor: takes secrets out of what is kept to be shown.
    package mutating func apply(_ event: RunEvent, at time: Duration, _ redactor: Redactor) {
        func clean(_ text: String) -> String { Self.clean(redactor.redact(text)) }
        switch event {
        case .opened(_, let policy, _, _, let id):
            self = LiveState()
            isOpen = true
            run = Self.clean(id.split(separator: "-").last.map(String.init) ?? id)
            began = time
            budget = Budget(
                time: policy.timeBudget.value,
                tokens: policy.tokenBudget.value,
                cost: policy.costBudget?.value
            )
        case .stepStarted(let step, let phase):
            let phase = clean(phase)
            running[Place(phase: phase, step: clean(step))] = time
            if Self.station(of: phase) == .base { hasBase = true }
        case .stepEnded(let run, let phase):
            let phase = clean(phase)
            running[Place(phase: phase, step: clean(run.step.id))] = nil
            found[phase] = clean(StepSummary.text(run))
        case .stepDone(let step, let phase): running[Place(phase: clean(phase), step: clean(step))] = nil
        case .green: head = .green
        case .failing(_, let targets):
            head = .red
            self.targets = targets.allTests.count + targets.uncollected.values.reduce(0) { $0 + $1.count }
        case .backendChosen(let choice): backends.append(clean(choice.backend.name))
        case .backendProgress(let number, let what):
            lanes[number]?.doing = clean(what)
            between?.doing = clean(what)
        case .attemptStarted(let number, let most, let author):
            lanes[number] = Lane(author: author.map(clean), most: most, since: time)
            attemptsBegan = min(attemptsBegan ?? time, time)
        case .trial: trials += 1
        case .candidate(let number, _, _): move(number, to: .tests)
        case .confirming(let number): move(number, to: .confirms)
        case .refused(let number, _, _): close(number, .refused)
        case .backendFailed(let number, _, _): close(number, .failed)
        case .judged(let number, let verdict, _):
            let outcomes: [Verdict.Kind: Progress] = [.accepted: .accepted, .rejected: .rejected]
            close(number, outcomes[verdict.kind] ?? .undecided)
        case .spent(let usage): spent = Self.most(spent, usage)
        case .ended: isOpen = false
        case .note(let text) where !isOpen && !run.isEmpty: between = Between(what: clean(text), since: time)
        case .recovered, .waiting, .flaky, .known, .note: break
        }
    }

    private mutating func move(_ number: Int, to stage: Lane.Stage) {
        lanes[number]?.stage = stage
        lanes[number]?.doing = ""
    }

    private mutating func close(_ number: Int, _ outcome: Progress) {
        move(number, to: .over)
        lanes[number]?.outcome = outcome
        running = running.filter { Self.attempt(of: $0.key.phase) != number }
    }

    /// Sums of one run only grow, whatever order they are heard in.
    private static func most(_ left: Usage, _ right: Usage) -> Usage {
        Usage(
            inputTokens: max(left.inputTokens ?? 0, right.inputTokens ?? 0),
            outputTokens: max(left.outputTokens ?? 0, right.outputTokens ?? 0),
            costUSD: [left.costUSD, right.costUSD].compactMap(\.self).max()
        )
    }

    /// One line without anything a terminal would obey.
    private static func clean(_ text: String) -> String {
        let line = Excerpt.visible(Excerpt.line(text, maximum: 300))
        return String(line.map { $0.isWhitespace ? " " : $0 })
    }
}

extension LiveState {
    /// The parts of the road that are shown, in order.
    enum Station: String, CaseIterable {
        case head, base, repair, confirm, keep
    }

    /// Where a phase such as `attempt-2/confirm-1` belongs.
    static func station(of phase: String) -> Station {
        if phase == "base" || phase.hasPrefix("base/") { return .base }
        guard attempt(of: phase) != nil else { return .head }
        return phase.contains("/") && !phase.contains("/trial") ? .confirm : .repair
    }

    /// The number of the attempt that a phase is of; 0 for what is tried before the first.
    static func attempt(of phase: String) -> Int? {
        guard phase.hasPrefix("attempt-") else { return nil }
        return Int(phase.dropFirst("attempt-".count).prefix { $0 != "/" })
    }

    /// Attempts that have not ended, by number.
    var open: [(number: Int, lane: Lane)] {
        lanes.filter { $0.value.outcome == nil }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// How far a station is; `nil` where it is not known to come.
    func progress(of station: Station) -> Progress? {
        let isAccepted = lanes.values.contains { $0.outcome == .accepted }
        switch station {
        case .head: return head == .now && hasBase ? .red : head
        case .base: return hasBase ? (head == .now ? .now : .done) : nil
        case .repair:
            guard !backends.isEmpty || !lanes.isEmpty else { return nil }
            if isAccepted { return .done }
            if open.isEmpty, let last = lanes.max(by: { $0.key < $1.key })?.value.outcome { return last }
            return open.contains { $0.lane.stage != .confirms } || lanes.isEmpty ? .now : .done
        case .confirm:
            guard progress(of: .repair) != nil else { return nil }
            if isAccepted { return .done }
            return open.contains { $0.lane.stage == .confirms } ? .now : .waits
        case .keep:
            guard progress(of: .repair) != nil else { return nil }
            return isAccepted ? .now : .waits
        }
    }
}
