package import GateGit

/// What a command was asked for, as typed; everything else comes from policy.
package struct SessionOptions: Sendable {
    package var subject = Proposal.Subject.workingTree
    /// A base that is known beforehand; `base` wins over it.
    package var givenBase: Proposal.GivenBase?
    package var base: String?
    /// The commit whose tracked policy is in force, where it is not the base's: the tip of the branch that a change is
    /// to go into, of which its base may be an earlier commit.
    package var policyCommit: ObjectID?
    /// Every check and every gating scenario as a part that decides for itself, or a shard of them.
    package var parts: PlanParts?
    package var scenarios: [String] = []
    /// Scenarios whose tests do not count in a run over the suite: those that do not gate.
    package var exempting: [String] = []
    package var targets: [String] = []
    package var backend: String?
    /// Backends that are asked at the same time.
    package var council: [String] = []
    package var backendCommand: String?
    package var model: String?
    package var maxRetries: Int?
    package var jobs: Int?
    /// Largest context, in tokens.
    package var contextTokens: Int?
    package var sandbox: String?
    package var clarificationPolicy: String?
    package var clarifierOptionSource: String?
    /// Command of a check named `test`, instead of those of the policy.
    package var testCommand: String?
    /// Whether the tests run although the tree is proven already.
    package var isFresh = false
    /// Whether the machine is there to run what the repository names, as a CI engine's is.
    package var trustsCommands = false
    /// Whether a person has looked at the candidate and stands for it; only the commands that are given one can say so.
    package var isReviewed = false
    /// Whether a conclusive pass is signed; `nil` leaves it to policy.
    package var attests: Bool?
    /// Whether what is proven has to be signed off, whatever policy says.
    package var signsOff = false
    /// Who reviews for a sign-off; empty leaves it to policy.
    package var reviewers: [String] = []
    /// Why findings of earlier sign-offs are let go of; `nil` keeps them.
    package var forgetsFindings: String?
    /// Who repairs what they find, and how often they look.
    package var fixer: String?
    package var iterations: Int?
    /// CI jobs that are red: by name, by files of the engine's own, or as this program says.
    package var ciJobs: [String] = []
    package var ciReports: [String] = []
    package var ciProgram: String?
    /// How deeply.
    package var reviewDepth: String?

    package init() {}
}
