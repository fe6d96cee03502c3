extension PolicyKey {
    /// Keys about sign-offs.
    static let signoff: [PolicyKey] = [
        key(
            "gatekeeper.signoff.required",
            .boolean,
            "Whether 'run', 'ci' and the hooks keep only what is signed off, beyond what the tests say.",
            "false"
        ),
        key(
            "gatekeeper.signoff.reviewer",
            .text,
            "Who has to be satisfied: a backend, after a blank its model; or 'person', after a blank who by allowed signers.",
            "codex and claude",
            multiple: true
        ),
        key(
            "gatekeeper.signoff.fixer",
            .text,
            "Backend that repairs what reviewers find, and after a blank its model; without a word nobody does."
        ),
        key("gatekeeper.signoff.iterations", .integer, "Most reviews of one sign-off.", "5"),
        key(
            "gatekeeper.signoff.otherFamily",
            .boolean,
            "Whether the models of no two reviewers may be of one maker.",
            "false"
        ),
        key(
            "gatekeeper.signoff.otherThanAuthor",
            .boolean,
            "Whether persons count in a sign-off only where one of them wrote no part of the change.",
            "false"
        ),
        key(
            "gatekeeper.signoff.depth",
            .choice(["light", "standard", "deep"]),
            "How much reviewers are shown: the delta, the changed files as well, or what tests printed too.",
            "standard"
        ),
        key(
            "gatekeeper.signoff.requiredFile",
            .text,
            "File that has to be there for a sign-off, such as a specification; every reviewer is shown it.",
            multiple: true
        ),
        key(
            "gatekeeper.signoff.scope",
            .glob,
            "Files that work to be signed off may touch; without a word, all.",
            multiple: true
        ),
        key(
            "gatekeeper.signoff.expectedPath",
            .glob,
            "Files of which work to be signed off has to touch at least one, such as 'docs/**'.",
            multiple: true
        ),
        key(
            "gatekeeper.signoff.job.<name>.command",
            .words,
            "What a CI job runs, where its job file does not say it in a way that can run here."
        ),
    ]
}
