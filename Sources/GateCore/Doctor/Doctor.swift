import GateGit

/// Looks at everything the gate needs on this machine and in this repository. It changes nothing and runs no test.
package struct Doctor: Sendable {
    private let context: GateContext
    private let options: SessionOptions

    /// Oldest git whose behaviour the gate is held to by its tests.
    private static let oldestGit = [2, 30]

    package init(_ context: GateContext, _ options: SessionOptions = SessionOptions()) {
        self.context = context
        self.options = options
    }

    /// Findings in the order in which things are needed; what cannot be looked at without an earlier one is left out.
    ///
    /// - Parameter backends: probes the backends of a policy; asks them, so it takes as long as they do.
    package func examine(backends: @Sendable (Session) async -> [DoctorFinding]) async throws -> [DoctorFinding] {
        var findings = [await git(), DoctorFinding("libgit2", .good, libgit2Version)]
        do {
            let repository = try await GitRepository(
                containing: context.workingDirectory,
                environment: context.environment
            )
            findings.append(
                DoctorFinding(
                    "repository",
                    .good,
                    repository.workingTree ?? "\(repository.gitDirectory), without a working tree"
                )
            )
            findings.append(try await hooks(repository))
        } catch {
            try Task.checkCancellation()
            return findings + [DoctorFinding("repository", failed: error)]
        }
        do {
            findings += try await Session.open(context, options) { session in
                var found = [policy(session)]
                found += session.plan.steps.map { step(session, $0) }
                found.append(await sandbox(session))
                found.append(await knowledge(session))
                found += await [attestations(session)].compactMap { $0 }
                return found + (await backends(session))
            }
        } catch {
            try Task.checkCancellation()
            findings.append(DoctorFinding("policy", failed: error))
        }
        return findings
    }

    private func git() async -> DoctorFinding {
        do {
            let text = Excerpt.visible(
                Excerpt.line(try await GitCommand.version(callerEnvironment: context.environment))
            )
            let numbers = text.split { !$0.isNumber && $0 != "." }.first?.split(separator: ".").compactMap { Int($0) }
            guard let numbers, numbers.count >= 2 else {
                return DoctorFinding(
                    "git",
                    .broken,
                    "'git --version' says '\(text)'",
                    advice: ["repair or reinstall git"]
                )
            }
            let isOld = numbers.lexicographicallyPrecedes(Self.oldestGit)
            return DoctorFinding(
                "git",
                isOld ? .weak : .good,
                text,
                advice: isOld ? ["install git 2.30 or newer: older ones are not tested"] : []
            )
        } catch {
            return DoctorFinding("git", failed: error)
        }
    }

    /// What stands where git looks for a pre-push hook.
    private func hooks(_ repository: GitRepository) async throws -> DoctorFinding {
        let printed = try await GitCommand.version(callerEnvironment: context.environment)
        let installer = try await HookInstaller(
            repository: repository,
            version: GitVersion(printed: printed) ?? GitVersion(0, 0)
        )
        let again = ["run 'git gatekeeper install' again"]
        return switch try await installer.standing(.prePush) {
        case .runs(let place): DoctorFinding("hooks", .good, "the pre-push hook is ours: '\(place)'")
        case .past(let place):
            DoctorFinding("hooks", .weak, "the pre-push hook '\(place)' is of an earlier version", advice: again)
        case .called(let path): DoctorFinding("hooks", .good, "the pre-push hook '\(path)' calls the gate")
        case .displaced(let aside, let owner):
            DoctorFinding(
                "hooks",
                .weak,
                "\(owner) set our pre-push hook aside as '\(aside)', where nothing runs it",
                advice: again
            )
        case .foreign(let place, let owner):
            DoctorFinding(
                "hooks",
                .weak,
                "the pre-push hook '\(place)' belongs to \(owner), and calls no gate",
                advice: ["'git gatekeeper install' puts ours beside it"]
            )
        case .none:
            DoctorFinding(
                "hooks",
                .weak,
                "no pre-push hook",
                advice: ["'git gatekeeper install' puts one there; or run 'git gatekeeper run' before you push"]
            )
        }
    }

    private func policy(_ session: Session) -> DoctorFinding {
        let place: String =
            switch session.policy.authority {
            case .base: "base \(session.proposal.baseCommit?.abbreviated ?? "")"
            case .head: "working tree"
            }
        guard session.policy.isEnabled.value else {
            return DoctorFinding(
                "policy",
                .weak,
                "'gatekeeper.enabled' is false (\(session.policy.isEnabled.source.description)): every run is skipped"
            )
        }
        if session.policy.trackedFile == nil {
            return DoctorFinding(
                "policy",
                .weak,
                "no \(PolicyFile.path) in the \(place)",
                advice: ["write one with 'git gatekeeper init', and commit it, so that others are held to it"]
            )
        }
        return DoctorFinding("policy", .good, "\(PolicyFile.path) (\(place)), \(session.plan.steps.count) steps")
    }

    private func step(_ session: Session, _ step: Step) -> DoctorFinding {
        let name = step.id.replacing(":", with: ": ")
        let command = PolicyValue.quoted(step.command)
        guard let program = step.command.first else { return DoctorFinding(name, .broken, "it has no command") }
        // A program of the repository is part of the tree that is judged.
        guard program.contains("/") || Programs.find(program, in: session.context.environment) != nil else {
            return DoctorFinding(
                name,
                .broken,
                "'\(Excerpt.visible(command))': there is no program '\(Excerpt.visible(program))' in PATH",
                advice: ["install it, or correct the command in \(PolicyFile.path)"]
            )
        }
        return DoctorFinding(name, .good, Excerpt.visible(command))
    }

    private func sandbox(_ session: Session) async -> DoctorFinding {
        do {
            let sandbox = try await session.makeValidator().setting.sandbox
            let advice = "install bubblewrap and util-linux ('bwrap', 'unshare'), and allow user namespaces"
            if session.policy.sandbox.value == .required, !sandbox.level.isIsolated {
                return DoctorFinding("sandbox", .broken, sandbox.shortfall, advice: [advice])
            }
            let shortfall = sandbox.shortfall.isEmpty ? "" : " (\(Excerpt.visible(sandbox.shortfall)))"
            let isWeak = sandbox.level < .overlay
            do {
                try CommandTrust.demand(session, sandbox)
            } catch {
                return DoctorFinding("sandbox", .broken, error.message, advice: error.hints)
            }
            return DoctorFinding(
                "sandbox",
                isWeak ? .weak : .good,
                sandbox.level.summary + shortfall,
                advice: isWeak ? [advice] : []
            )
        } catch {
            return DoctorFinding("sandbox", failed: error)
        }
    }

    private func knowledge(_ session: Session) async -> DoctorFinding {
        do {
            let prompts = try await Prompts.load(session)
            let registry = try await ScenarioRegistry.load(session)
            let count = registry.entries.count
            return DoctorFinding(
                "knowledge",
                .good,
                "\(count) scenario record\(count == 1 ? "" : "s"); prompts: \(prompts.repair.template.origin), "
                    + prompts.clarifier.template.origin
            )
        } catch {
            return DoctorFinding("knowledge", failed: error)
        }
    }
}
