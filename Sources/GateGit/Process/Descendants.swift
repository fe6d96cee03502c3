internal import CSandbox
import Synchronization

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds and ends what a program started, however far it went to get away: into a session of its own, and through
/// parents that ended.
///
/// On Linux such orphans are handed to this process, so none is ever lost from sight. Which run an orphan belongs to is
/// told by a mark in its environment; one that took the mark off belongs to the first run that ends after it began.
/// Elsewhere orphans are those that were seen as descendants while the run lasted, looked for again and again.
final class Descendants: Sendable {
    /// What all runs of this process have to know of each other.
    private struct Household {
        /// Children that somebody waits for.
        var children: Set<pid_t> = []
        /// Starts under way: a child that is not yet known.
        var starting = 0
        /// Counts changes of the above, so that a look at the machine can be told from one that missed something.
        var version = 0
        var marks: [String: Int] = [:]
    }

    private struct Own {
        var root: ProcessTable.Entry?
        var seen: Set<ProcessTable.Entry> = []
    }

    private static let household = Mutex(Household())
    /// Whether orphans come to this process; asked for once, when the first program is to be held together.
    private static let adopts = gk_adopt_orphans() == 0

    private let mark: String
    private let own = Mutex(Own())

    /// - Parameter mark: text that no other run has in its environment.
    init(mark: String) {
        self.mark = mark
        _ = Self.adopts
        Self.household.withLock { $0.marks[mark, default: 0] += 1 }
    }

    deinit {
        Self.household.withLock { household in
            household.marks[mark, default: 1] -= 1
            if household.marks[mark] == 0 { household.marks[mark] = nil }
        }
    }

    // MARK: - Every child of this process

    /// Says that a child is about to be started.
    static func willStart() {
        household.withLock {
            $0.starting += 1
            $0.version += 1
        }
    }

    /// Says that a start has come to its end, with the child where there is one.
    static func didStart(_ child: pid_t?) {
        household.withLock {
            $0.starting -= 1
            $0.version += 1
            if let child { $0.children.insert(child) }
        }
    }

    /// Says that nobody waits for a child any more.
    static func didEnd(_ child: pid_t) {
        household.withLock {
            $0.children.remove(child)
            $0.version += 1
        }
    }

    // MARK: - One run

    /// Takes note of the child whose family this is.
    func begin(with child: pid_t) {
        let entry = ProcessTable.entry(of: child)
        own.withLock { $0.root = entry }
    }

    /// Looks at what a child has started so far.
    ///
    /// - Returns: how many processes there are, with the child itself, and the memory they have for themselves.
    func look(at child: pid_t, memory: Bool) -> (processes: Int, bytes: Int) {
        let table = ProcessTable.now()
        let found = table.descendants(of: child).filter { !$0.isZombie } + [table.entries[child]].compactMap { $0 }
        if !Self.adopts { own.withLock { $0.seen.formUnion(found) } }
        let orphans = Self.adopts ? self.orphans(in: table) : []
        let all = Set(found + orphans)
        return (all.count, memory ? all.reduce(0) { $0 + ProcessTable.ownMemory(of: $1.id) } : 0)
    }

    /// Ends everything a child left behind.
    ///
    /// - Parameter child: the leader of a session, which has ended or is about to be killed.
    /// - Returns: whether nothing is left.
    func end(of child: pid_t) async -> Bool {
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(10) {
            _ = kill(-child, SIGKILL)
            guard let left = remaining(of: child) else {
                // Somebody else is starting a program at this moment: it could be taken for one of ours.
                await Self.pause()
                continue
            }
            if left.isEmpty { return true }
            for entry in left { _ = kill(entry.id, SIGKILL) }
            await Self.pause()
        }
        return false
    }

    private static func pause() async {
        // Not the task's own sleep, which a cancelled task would not get: what was started has to end all the more then.
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            Task.detached {
                try? await Task.sleep(for: .milliseconds(2))
                done.resume()
            }
        }
    }

    /// What still lives of a child's family; `nil` where that cannot be told right now.
    private func remaining(of child: pid_t) -> [ProcessTable.Entry]? {
        let before = Self.household.withLock { $0.starting == 0 ? $0.version : nil }
        guard let before else { return nil }
        let table = ProcessTable.now()
        guard Self.household.withLock({ $0.starting == 0 && $0.version == before }) else { return nil }
        let family =
            table.entries.values.filter { $0.group == child || $0.session == child }
            + table.descendants(of: child)
        var found = Set(family.filter { !$0.isZombie && $0.id != child && $0.id != getpid() })
        if Self.adopts {
            found.formUnion(orphans(in: table))
            Self.bury(table, before)
        } else {
            let seen = own.withLock { $0.seen }
            found.formUnion(seen.filter { table.entries[$0.id] == $0 && $0.id != child })
        }
        return Array(found)
    }

    /// Orphans that were handed to this process and belong to this run, with what they started themselves.
    private func orphans(in table: ProcessTable) -> [ProcessTable.Entry] {
        let (children, others) = Self.household.withLock { household in
            (household.children, household.marks.keys.filter { $0 != mark })
        }
        let since = own.withLock { $0.root?.start } ?? 0
        let me = getpid()
        var found: [ProcessTable.Entry] = []
        for entry in table.entries.values where entry.parent == me && !children.contains(entry.id) && !entry.isZombie {
            let environment = ProcessTable.environment(of: entry.id)
            let isMarked = environment.contains(Array(mark.utf8))
            if !isMarked, entry.start < since || others.contains(where: { environment.contains(Array($0.utf8)) }) {
                continue
            }
            found.append(entry)
            found += table.descendants(of: entry.id).filter { !$0.isZombie }
        }
        return found
    }

    /// Takes notice of orphans that ended, which nobody else will.
    private static func bury(_ table: ProcessTable, _ version: Int) {
        let me = getpid()
        household.withLock { household in
            guard household.starting == 0, household.version == version else { return }
            for entry in table.entries.values
            where entry.parent == me && entry.isZombie && !household.children.contains(entry.id) {
                _ = waitpid(entry.id, nil, WNOHANG)
            }
        }
    }
}
