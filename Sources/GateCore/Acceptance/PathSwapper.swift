import GateGit

/// Brings single paths from old to new and back, and never loses a version that only the user has.
///
/// Where the file system can exchange two names in one step, what is displaced is looked at after the fact, and goes
/// back if it is not what was expected. Elsewhere the old file is moved aside first and looked at then; between the
/// two moves the path is missing for an instant, and still nothing is overwritten.
struct PathSwapper: Sendable {
    typealias Step = AcceptanceJournal.Step

    let folder: SafeFolder
    let trustsExecutableBit: Bool
    /// Whether exchanging is tried at all; `false` only in tests.
    var canExchange = true

    /// How far a step is.
    enum State {
        case before, after
        /// Old content moved aside, new content not yet in place.
        case between
        /// Someone else has been there.
        case neither
    }

    func fingerprint(_ path: RepositoryPath) throws -> FileFingerprint? {
        try FileFingerprint.of(path, in: folder, trustsExecutableBit: trustsExecutableBit)
    }

    func state(of step: Step, createdFolders: Set<RepositoryPath>) throws -> State {
        let target = try fingerprint(step.path.path)
        let temporary = try fingerprint(step.temporary.path)
        // Displaced, and not yet looked at when the process died.
        if try strange(step) != nil { return .neither }
        if let new = step.new {
            if target == new { return .after }
            if target == nil, step.old == nil { return temporary == new ? .before : .neither }
            // Files below a folder that gives way are steps of their own.
            if target == step.old || (step.old?.kind == .folder && target?.kind == .folder) {
                return temporary == new ? .before : .neither
            }
            if target == nil, temporary == new, try fingerprint(step.displaced.path) == step.old { return .between }
            return .neither
        }
        if target == nil { return .after }
        if target?.kind == .folder, createdFolders.contains(step.path.path) { return .after }
        return target == step.old ? .before : .neither
    }

    /// Brings one path from old to new.
    ///
    /// - Returns: `false` where someone else changed the path; then theirs is in place.
    func apply(_ step: Step, createdFolders: Set<RepositoryPath>) throws -> Bool {
        let path = step.path.path, temporary = step.temporary.path
        guard let old = step.old else {
            guard try makeFolders(above: path, only: createdFolders) else { return false }
            guard try moveExclusively(temporary, to: path) else { return false }
            try FaultPoint.reach("acceptance.path-swapped")
            return true
        }
        guard step.new != nil else {
            guard try moveExclusively(path, to: temporary) else { return false }
            try FaultPoint.reach("acceptance.path-swapped")
            if try fingerprint(temporary) == old { return true }
            _ = try moveExclusively(temporary, to: path)
            return false
        }
        let isFolder = try folder.status(path)?.kind == .folder
        // A folder that the user made here meanwhile is theirs, and an exchange would move it away.
        guard isFolder == (old.kind == .folder) else { return false }
        if canExchange {
            switch try folder.renameExchange(path, temporary) {
            case .done:
                try FaultPoint.reach("acceptance.path-swapped")
                if try fingerprint(temporary) == old { return true }
                try exchangeBack(step)
                return false
            case .missing, .exists: return false
            case .unsupported: break
            }
        }
        guard try moveExclusively(path, to: step.displaced.path) else { return false }
        try FaultPoint.reach("acceptance.path-displaced")
        guard try fingerprint(step.displaced.path) == old else {
            _ = try moveExclusively(step.displaced.path, to: path)
            return false
        }
        guard try moveExclusively(temporary, to: path) else { return false }
        try FaultPoint.reach("acceptance.path-swapped")
        return true
    }

    /// Completes a step that was interrupted between its two moves.
    func completeMove(_ step: Step) throws -> Bool {
        try moveExclusively(step.temporary.path, to: step.path.path)
    }

    /// Brings one path back to what it was.
    ///
    /// - Returns: `false` where someone else changed the path; then theirs stays.
    func restore(_ step: Step) throws -> Bool {
        let path = step.path.path, temporary = step.temporary.path, displaced = step.displaced.path
        let target = try fingerprint(path)
        if let theirs = try strange(step) {
            try putBack(theirs, step, target: target)
            return false
        }
        if target == step.old || (step.old?.kind == .folder && target?.kind == .folder) { return true }
        let beside = try fingerprint(temporary)
        let aside = try fingerprint(displaced)
        if let target, target == step.new {
            guard let old = step.old else { return try takeAway(step) }
            if beside == old {
                if canExchange {
                    switch try folder.renameExchange(path, temporary) {
                    case .done:
                        try FaultPoint.reach("acceptance.path-restored")
                        if try fingerprint(temporary) == step.new { return true }
                        // Changed in the instant between: theirs is put in place again.
                        _ = try folder.renameExchange(path, temporary)
                        return false
                    case .missing, .exists, .unsupported: break
                    }
                }
                return false
            }
            guard aside == old, try takeAway(step) else { return false }
            let moved = try moveExclusively(displaced, to: path)
            try FaultPoint.reach("acceptance.path-restored")
            return moved
        }
        guard target == nil, let old = step.old else { return false }
        let source = beside == old ? temporary : aside == old ? displaced : nil
        guard let source else { return false }
        guard try makeFolders(above: path) else { return false }
        let moved = try moveExclusively(source, to: path)
        try FaultPoint.reach("acceptance.path-restored")
        return moved
    }

    /// Removes the temporary names of a step, unless they hold something that is neither old nor new.
    ///
    /// - Returns: names that were kept.
    func clear(_ step: Step) throws -> [RepositoryPath] {
        var kept: [RepositoryPath] = []
        for name in [step.temporary.path, step.displaced.path] {
            guard let found = try fingerprint(name) else { continue }
            guard found == step.old || found == step.new else {
                kept.append(name)
                continue
            }
            try remove(name, found)
            try FaultPoint.reach("acceptance.temporary-removed")
        }
        return kept
    }

    private func remove(_ name: RepositoryPath, _ found: FileFingerprint) throws {
        guard found.kind == .folder else {
            try folder.remove(name, pruning: false)
            return
        }
        guard let below = try folder.folder(name) else { return }
        for inner in try below.walk(maximum: 1_000_000, includingFolders: true).reversed() {
            try below.removeEmptyFolder(inner.path)
        }
        try folder.removeEmptyFolder(name)
    }

    /// The temporary name that holds something only the user has, displaced in the instant before it was looked at.
    private func strange(_ step: Step) throws -> RepositoryPath? {
        for name in [step.temporary.path, step.displaced.path] {
            if let found = try fingerprint(name), found != step.old, found != step.new { return name }
        }
        return nil
    }

    /// Puts the user's version back in place, unless they have made a newer one there.
    private func putBack(_ theirs: RepositoryPath, _ step: Step, target: FileFingerprint?) throws {
        let path = step.path.path
        if target != nil, target == step.new {
            if theirs == step.temporary.path {
                _ = try folder.renameExchange(path, theirs)
                try FaultPoint.reach("acceptance.path-restored")
                return
            }
            guard try takeAway(step) else { return }
        } else if target != nil {
            return
        }
        guard try makeFolders(above: path) else { return }
        _ = try moveExclusively(theirs, to: path)
        try FaultPoint.reach("acceptance.path-restored")
    }

    /// Moves new content away from its target, back under its temporary name.
    private func takeAway(_ step: Step) throws -> Bool {
        guard try moveExclusively(step.path.path, to: step.temporary.path) else { return false }
        try FaultPoint.reach("acceptance.path-restored")
        if try fingerprint(step.temporary.path) == step.new { return true }
        _ = try moveExclusively(step.temporary.path, to: step.path.path)
        return false
    }

    private func exchangeBack(_ step: Step) throws {
        let path = step.path.path, temporary = step.temporary.path
        guard try folder.renameExchange(path, temporary) == .done else {
            // The user removed the new file meanwhile: what they had before is still theirs.
            _ = try moveExclusively(temporary, to: path)
            return
        }
        // Whoever saved again in the instant between has the newer version, and that one belongs in place.
        if let now = try fingerprint(temporary), now != step.new { _ = try folder.renameExchange(path, temporary) }
    }

    /// Makes the folders a path lies in, where nothing has their names.
    ///
    /// - Parameter only: the folders that may be made; `nil` for all of them.
    /// - Returns: `false` where a link or file is in the way.
    private func makeFolders(above path: RepositoryPath, only: Set<RepositoryPath>? = nil) throws -> Bool {
        for ancestor in path.ancestors {
            if let status = try folder.status(ancestor) {
                guard status.kind == .folder else { return false }
            } else if only?.contains(ancestor) ?? true {
                try folder.makeFolder(ancestor)
                try FaultPoint.reach("acceptance.folder-made")
            }
        }
        return true
    }

    /// Renames without ever replacing anything.
    ///
    /// - Returns: `false` where the source is missing or the target is taken; then nothing happened.
    private func moveExclusively(_ from: RepositoryPath, to: RepositoryPath) throws -> Bool {
        switch try folder.renameNoReplace(from, to: to) {
        case .done: return true
        case .exists, .missing: return false
        case .unsupported: break
        }
        // A hard link never replaces anything either; a file system without both leaves looking before renaming.
        switch try folder.link(from, to: to) {
        case .done:
            try folder.remove(from, pruning: false)
            return true
        case .exists, .missing: return false
        case .unsupported: break
        }
        guard try folder.status(to) == nil else { return false }
        return try folder.renameReplacing(from, to: to) == .done
    }
}
