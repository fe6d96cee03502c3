import GateCore
import Synchronization

/// Shows a run at the bottom of a terminal while its lines of progress go by above.
final class LiveView: RunListener {
    private let traits: TerminalTraits
    private let state = Mutex(LiveState())
    private let clock = Mutex<Task<Void, Never>?>(nil)
    /// What the policy of the last run says; before the first nobody knows.
    private let isWanted = Atomic(false)
    private static let start = ContinuousClock.now
    /// Most often in a second that anything is drawn because of the clock.
    private static let pause = Duration.milliseconds(200)

    init(traits: TerminalTraits) { self.traits = traits }

    func hear(_ event: RunEvent, _ redactor: Redactor) {
        let now = Self.start.duration(to: .now)
        if case .opened(_, let policy, _, _, _) = event {
            isWanted.store(policy.display.value == .auto, ordering: .relaxed)
        }
        let isShown = state.withLock { state in
            state.apply(event, at: now, redactor)
            return state.isShown
        }
        if !isShown || !isWanted.load(ordering: .relaxed) { return end() }
        begin()
    }

    /// Draws from now on, if that is not so already.
    private func begin() {
        guard clock.withLock({ $0 == nil }) else { return }
        let isUnicode = traits.isUnicode
        LiveScreen.shared.begin(inColour: traits.hasColour) { [weak self] columns, rows in
            guard let self else { return [] }
            return LiveFrame.lines(
                state.withLock { $0 },
                now: Self.start.duration(to: .now),
                columns: columns,
                rows: rows,
                isUnicode: isUnicode
            )
        }
        clock.withLock { clock in
            clock?.cancel()
            clock = Task.detached {
                while !Task.isCancelled {
                    LiveScreen.shared.refresh()
                    try? await Task.sleep(for: Self.pause)
                }
            }
        }
    }

    private func end() {
        clock.withLock { clock in
            clock?.cancel()
            clock = nil
        }
        LiveScreen.shared.end()
    }

    deinit { clock.withLock { $0?.cancel() } }
}
