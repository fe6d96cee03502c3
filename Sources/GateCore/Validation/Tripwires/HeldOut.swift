package import GateGit

/// Tests that lie outside the repository and that no backend is ever shown.
///
/// They are laid over the candidate's tree at the same relative paths, and have to pass there. What they are called and
/// what they say stays out of everything a backend reads.
package struct HeldOut: Sendable {
    /// Files by path relative to the repository.
    package let files: [RepositoryPath: [UInt8]]

    private static let maximumFiles = 2000
    private static let maximumBytes = 4 << 20

    /// Reads a folder of tests.
    ///
    /// - Parameter folder: absolute path; files in it stand where they would stand in the repository.
    /// - Throws: `GateFailure` where the folder is missing, empty, or holds something that is no plain file.
    package init(folder path: String) throws {
        let folder: SafeFolder
        do {
            folder = try SafeFolder(path: path)
        } catch {
            throw GateFailure(
                "heldout.unreadable",
                "the folder of held-out tests '\(path)' cannot be opened: \(error.message)",
                hints: [
                    "'gatekeeper.heldout' is the absolute path of a folder; git config --show-origin gatekeeper.heldout"
                ]
            )
        }
        var files: [RepositoryPath: [UInt8]] = [:]
        for found in try folder.walk(
            maximum: Self.maximumFiles,
            descend: {
                ![".git", "__pycache__", "node_modules"].contains(
                    String(decoding: $0.components.last ?? [], as: UTF8.self)
                )
            }
        ) {
            guard found.status.kind == .file, let file = try folder.read(found.path, limit: Self.maximumBytes) else {
                throw GateFailure(
                    "heldout.unreadable",
                    "'\(path)/\(found.path)' is not a plain file of at most \(Self.maximumBytes >> 20) MiB"
                )
            }
            files[found.path] = file.content
        }
        guard !files.isEmpty else {
            throw GateFailure("heldout.empty", "the folder of held-out tests '\(path)' holds no file")
        }
        self.files = files
    }

    /// The candidate's tree with the held-out tests in it.
    ///
    /// - Throws: `GateFailure` where the tree has a file of such a name already: one of the two would go unseen.
    package func lay(over tree: ObjectID, in repository: GitRepository) async throws -> ObjectID {
        var grafts: [RepositoryPath: TreeEntry?] = [:]
        for (path, content) in files {
            if try await repository.entry(path, in: tree) != nil {
                throw GateFailure(
                    "heldout.collision",
                    "the held-out file '\(path)' has the name of a file in the repository",
                    hints: ["give the file in the folder that 'gatekeeper.heldout' names another name"]
                )
            }
            grafts[path] = .some(TreeEntry(mode: .file, id: try await repository.writeBlob(content)))
        }
        return try await repository.graft(grafts, onto: tree)
    }

    /// What a run of a step over the held-out tests showed.
    ///
    /// - Parameters:
    ///   - run: a run on the tree with the held-out tests.
    ///   - known: ids that the step reports without them.
    package static func observations(_ run: StepRun, known: Set<TestID>) -> [TripwireObservation] {
        let step = run.step.id
        let outcomes = run.report.outcomes.filter { !known.contains($0.key) }
        var observations = outcomes.sorted { $0.key < $1.key }.map { test, outcome -> TripwireObservation in
            switch outcome {
            case .passed: TripwireObservation(.heldOut, step: step, subject: test.name, .held, "it passes")
            case .skipped: TripwireObservation(.heldOut, step: step, subject: test.name, .unclear, "it is skipped")
            default: TripwireObservation(.heldOut, step: step, subject: test.name, .tripped, "it \(outcome.verb)")
            }
        }
        if let problem = run.report.problems.first {
            observations.append(
                TripwireObservation(
                    .heldOut,
                    step: step,
                    subject: step,
                    .unclear,
                    "the run cannot be read: \(problem.message)"
                )
            )
        } else if run.process.ending != .itself {
            observations.append(
                TripwireObservation(.heldOut, step: step, subject: step, .unclear, "the run was ended by a limit")
            )
        }
        return observations
    }
}
