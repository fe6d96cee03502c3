import GateGit

/// A matrix for machines: version 1 of the wire format.
package struct PlanRecord: Codable, Sendable, Hashable {
    package var version = 1
    /// The commit that the plan is for; empty where there is none.
    package var head: String
    /// The commit whose policy is in force; empty where there is none.
    package var base: String
    /// The tree that the plan is for.
    package var tree: String
    /// Digest of the policy.
    package var policy: String
    /// SHA-256 of every step of the whole plan.
    package var plan: String
    /// SHA-256 of the division, which evidence names.
    package var matrix: String
    package var shards: [Shard]

    /// One machine's work.
    package struct Shard: Codable, Sendable, Hashable {
        /// As `ci --shard` takes it.
        package var shard: String
        /// One plain word for the name of a job.
        package var name: String
        /// Ids of its parts.
        package var parts: [String]
    }
}

/// The parts of a plan, shared among machines, in the form that an engine fans out.
package struct PlanMatrix: Sendable, Hashable {
    package enum Format: String, Sendable, Hashable, CaseIterable {
        case github, gitlab, buildbot, json
    }

    /// One machine's work.
    package struct Row: Sendable, Hashable {
        /// As `ci --shard` takes it.
        package let shard: String
        package let parts: [String]
        /// One plain word for the name of a job.
        package let name: String
    }

    package let rows: [Row]
    /// Commit and tree that the plan is for, the policy's digest and the plan's own.
    package let head: String
    /// The commit whose policy is in force.
    package let base: String
    /// Branch that the change is to go into, where somebody says so.
    package let target: String?
    package let tree: String
    package let policy: String
    package let plan: String
    /// SHA-256 of the division, which evidence names.
    package let matrix: String

    /// Most machines where nobody says how many: engines bound a matrix, and so does the size of a note.
    private static let most = 64

    /// - Parameter shards: how many machines there are; otherwise one for each part.
    /// - Throws: `GateFailure` with `plan.no-parts` where the session has none.
    package init(_ session: Session, shards: Int?, target: String? = nil) throws {
        guard let parts = session.plan.parts, !parts.all.isEmpty else {
            throw GateFailure("plan.no-parts", "the plan has no parts")
        }
        let count = min(shards ?? Self.most, parts.all.count)
        rows = (1...count).compactMap { index in
            PlanParts("\(index)/\(count)").map { shard in
                let own = shard.choose(from: parts.all)
                return Row(shard: "\(index)/\(count)", parts: own, name: Self.word(own, index))
            }
        }
        head = session.proposal.headCommit?.hex ?? ""
        base = (session.options.policyCommit ?? session.proposal.baseCommit)?.hex ?? ""
        self.target = target
        tree = session.proposal.headTree.hex
        policy = PolicyBinding(session).digest
        plan = RunDigests.plan(parts.steps)
        matrix = RunDigests.matrix(plan: plan, parts: parts.all, count: count)
    }

    /// A name of a part comes from a file that is tracked: in a job's name it is one plain word.
    private static func word(_ parts: [String], _ index: Int) -> String {
        guard parts.count == 1, let part = parts.first else { return "shard-\(index)" }
        let plain = part.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "-" }
        return String(plain.prefix(60))
    }

    /// The matrix as `plan --format json` prints it.
    package var record: PlanRecord {
        PlanRecord(
            head: head,
            base: base,
            tree: tree,
            policy: policy,
            plan: plan,
            matrix: matrix,
            shards: rows.map { PlanRecord.Shard(shard: $0.shard, name: $0.name, parts: $0.parts) }
        )
    }

    /// The matrix as an engine reads it.
    package func text(_ format: Format) throws -> String {
        switch format {
        case .github:
            // One line, as it is handed to 'strategy.matrix' through fromJSON.
            let include = rows.map { row -> JSONValue in
                ["shard": .text(row.shard), "name": .text(row.name), "parts": .list(row.parts.map { .text($0) })]
            }
            return String(
                decoding: try JSON.encode(["include": .list(include)] as JSONValue, pretty: false),
                as: UTF8.self
            )
        case .gitlab: return GitLabJobs.pipeline(self)
        case .buildbot, .json:
            return String(decoding: try JSON.encode(record, pretty: format == .json), as: UTF8.self)
        }
    }
}

/// A child pipeline of GitLab: one job for each shard, and one that decides.
///
/// It is told base and head outright: a child pipeline does not know what its parent is about.
enum GitLabJobs {
    static func pipeline(_ matrix: PlanMatrix) -> String {
        let shards = matrix.rows.map { "      - GATEKEEPER_SHARD: \"\($0.shard)\"" }.joined(separator: "\n")
        let commits = "--base \(matrix.base) --head \(matrix.head)"
        let fetch = matrix.target.flatMap { BranchName.isInert($0) ? $0 : nil }.map {
            "    - git fetch --no-tags origin \"+refs/heads/\($0):refs/remotes/origin/\($0)\"\n"
        }
        return """
            # Written by 'git gatekeeper plan --format gitlab'; run it as a child pipeline.
            workflow:
              rules:
                - when: always
            default:
              image: $GATEKEEPER_IMAGE
            variables:
              GIT_DEPTH: "0"
            stages: [parts, decide]
            part:
              stage: parts
              script:
            \(fetch ?? "")    - git gatekeeper ci \(commits) --shard "$GATEKEEPER_SHARD" --junit gatekeeper-junit.xml
              parallel:
                matrix:
            \(shards)
              artifacts:
                when: always
                expire_in: 1 week
                paths: [gatekeeper-junit.xml]
                reports:
                  junit: gatekeeper-junit.xml
            decide:
              stage: decide
              when: always
              script:
            \(fetch ?? "")    - git gatekeeper ci \(commits) --merge --shards \(matrix.rows.count)

            """
    }
}
