extension PolicyKey {
    /// Every key there is.
    package static let all: [PolicyKey] = first + signoff + last

    private static let first: [PolicyKey] = [
        key(
            "gatekeeper.check.<name>.command",
            .words,
            "Command of a check, split as a shell splits words; no shell runs it."
        ),
        key(
            "gatekeeper.check.<name>.kind",
            .choice(["test", "lint", "static", "security"]),
            "What the check is.",
            "test"
        ),
        key(
            "gatekeeper.check.<name>.required",
            .boolean,
            "Whether a red check blocks; otherwise it is shown only.",
            "true"
        ),
        key("gatekeeper.check.<name>.format", .text, "How its results are read: 'auto' or a runner's name.", "auto"),
        key(
            "gatekeeper.check.<name>.report",
            .glob,
            "JUnit files the command writes, relative to the repository.",
            multiple: true
        ),
        key("gatekeeper.check.<name>.timeout", .duration, "Longest time of one run of this check."),
        key("gatekeeper.scenario.<id>.title", .text, "What the scenario is about, for people."),
        key("gatekeeper.scenario.<id>.check", .text, "Check whose command runs the scenario.", "the first test check"),
        key(
            "gatekeeper.scenario.<id>.tests",
            .text,
            "Arguments added to that command to run this scenario only.",
            multiple: true
        ),
        key("gatekeeper.scenario.<id>.command", .words, "Command of the scenario, instead of check and tests."),
        key("gatekeeper.scenario.<id>.format", .text, "How its results are read.", "auto"),
        key("gatekeeper.scenario.<id>.gating", .boolean, "Whether run-all and hooks run it.", "true"),
        key("gatekeeper.scenario.<id>.scope", .glob, "Files a candidate for this scenario may touch.", multiple: true),
        key(
            "gatekeeper.scenario.<id>.target",
            .text,
            "Test that must turn green; otherwise every red one.",
            multiple: true
        ),
        key(
            "gatekeeper.contract.protect",
            .glob,
            "Files beyond the built-in list that no candidate may touch.",
            multiple: true
        ),
        key(
            "gatekeeper.contract.open",
            .text,
            "File a candidate may touch all the same, and why: 'glob -- reason'.",
            multiple: true
        ),
        key(
            "gatekeeper.contract.from",
            .choice(["head", "base"]),
            "Whose tests must hold: those of the head, or those of the base as well.",
            "head"
        ),
        key(
            "gatekeeper.contract.drift",
            .choice(["report", "block"]),
            "What is done where the head changes tests and code together.",
            "report"
        ),
        key("gatekeeper.limits.wallTime", .duration, "Longest time of one run of a check.", "10m"),
        key("gatekeeper.limits.idleTime", .duration, "Longest silence of a running check.", "5m"),
        key("gatekeeper.limits.output", .size, "Output of one stream after which a check is ended.", "64m"),
        key("gatekeeper.limits.processes", .integer, "Most processes of a check at one time.", "1024"),
        key("gatekeeper.limits.memory", .size, "Most memory of all processes of a check together."),
        key("gatekeeper.limits.fileSize", .size, "Largest file a check may write.", "4g"),
        key("gatekeeper.limits.disk", .size, "Most that a check may write below the repository in all.", "8g"),
        key("gatekeeper.limits.replyBytes", .size, "Largest reply of a backend.", "512k"),
        key("gatekeeper.limits.files", .integer, "Most files a candidate may change.", "64"),
        key("gatekeeper.limits.lines", .integer, "Most lines a candidate may change.", "4000"),
        key(
            "gatekeeper.sandbox",
            .choice(["required", "preferred", "off"]),
            "Whether tests must, should or need not run isolated.",
            "preferred"
        ),
        key(
            "gatekeeper.trust.commands",
            .choice(["ask", "always"]),
            "Whether commands of tracked files need 'git gatekeeper trust' where nothing isolates them.",
            "ask",
            reach: .userOnly
        ),
        key(
            "gatekeeper.tripwires",
            .choice(["required", "preferred", "off"]),
            "Whether a candidate must, should or need not go past canaries and twins.",
            "preferred"
        ),
        key(
            "gatekeeper.heldout",
            .text,
            "Absolute path of a folder with tests that must pass and that no backend is shown.",
            reach: .userOnly
        ),
        key(
            "gatekeeper.secondLook",
            .choice(["escalate", "report", "off"]),
            "Whether what looks wrong in a candidate's own text waits for a person, is remarked, or is not looked for.",
            "escalate"
        ),
        key(
            "gatekeeper.carry",
            .text,
            "Ignored folder made visible to tests; what they write there is thrown away.",
            multiple: true
        ),
        key(
            "gatekeeper.readable",
            .text,
            "File or folder, as an absolute path, that tests may read beyond programs and libraries.",
            multiple: true,
            reach: .userOnly
        ),
        key("gatekeeper.environment", .text, "Variable handed to tests: 'NAME', or 'NAME=value'.", multiple: true),
        key(
            "gatekeeper.requireBaseGreen",
            .boolean,
            "Whether tests that already fail at the base must turn green too.",
            "false"
        ),
        key(
            "gatekeeper.flakyRuns",
            .integer,
            "Further runs of red steps of the head, to find flaky tests; 0 makes none.",
            "1"
        ),
        key(
            "gatekeeper.clarification.when",
            .choice(["auto", "unknown", "unsure", "never"]),
            "When a person is asked before a backend is: where no record fits, or where the failure is not understood.",
            "auto"
        ),
        key(
            "gatekeeper.clarification.policy",
            .choice(["fail", "interactive"]),
            "What is done then: the run stops, or whoever is at standard input is asked.",
            "fail"
        ),
        key(
            "gatekeeper.clarification.optionSource",
            .choice(["backend", "heuristic"]),
            "Who words the options of a question.",
            "backend"
        ),
        key(
            "gatekeeper.context.tokens",
            .integer,
            "Most that a backend is shown of failure and code, in tokens of about four bytes.",
            "32000"
        ),
        key(
            "gatekeeper.hook.<name>.enabled",
            .boolean,
            "Whether an installed hook does anything: 'pre-push', 'pre-commit', 'post-commit' or 'pre-receive'.",
            "true",
            reach: .userOnly
        ),
        key(
            "gatekeeper.hook.<name>.onRed",
            .choice(["block", "repair"]),
            "What 'pre-push' or 'pre-commit' does where tests are red: stop, or look for a fix as well and stop.",
            "repair for pre-push, otherwise block",
            reach: .userOnly
        ),
        key(
            "gatekeeper.hook.fastForward",
            .boolean,
            "Whether a fix that a push found is brought into a clean working tree on the very commit it repairs.",
            "false",
            reach: .userOnly
        ),
        key(
            "gatekeeper.push.attempts",
            .integer,
            "Most pushes of 'run --push' where somebody else is faster.",
            "8",
            reach: .userOnly
        ),
        key(
            "gatekeeper.protectedBranch",
            .text,
            "Branch, or pattern of branches, that 'pre-receive' lets move to proven trees only.",
            "the branch HEAD names",
            multiple: true,
            reach: .userOnly
        ),
        key("gatekeeper.maxRetries", .integer, "Most attempts of one run.", "3"),
        key(
            "gatekeeper.context.suspectTrials",
            .integer,
            "Trees 'revert' may try first, so that another backend is shown which part of the delta it suspects; 0: none.",
            "0"
        ),
        key(
            "gatekeeper.enabled",
            .boolean,
            "Whether the gate does anything; where it does not, runs are reported as skipped, never as green.",
            "true"
        ),
        key(
            "gatekeeper.escalation.repeats",
            .integer,
            "How often in a row the same failure may come back before a person is asked; 0 asks nobody.",
            "3"
        ),
        key(
            "gatekeeper.escalation.revert",
            .choice(["ask", "enabled", "disabled"]),
            "What becomes of the last candidate then: a person says, it is thrown away, or it is kept aside.",
            "ask"
        ),
        key(
            "gatekeeper.conversation",
            .choice(["continued", "fresh"]),
            "Whether a retry continues the conversation with the backend, or starts anew with its feedback.",
            "continued"
        ),
        key(
            "gatekeeper.budget.tokens",
            .integer,
            "Most tokens of one run in all, as far as backends say; 0 is no bound.",
            "0"
        ),
        key("gatekeeper.budget.cost", .text, "Most US dollars of one run in all, as far as backends say: '2.50'."),
        key(
            "gatekeeper.memory",
            .boolean,
            "Whether a tree that was proven under the same policy, checks, tools and environment is run again no more.",
            "true"
        ),
        key("gatekeeper.memory.age", .duration, "Longest time such a proof counts.", "7d"),
        key("gatekeeper.timeBudget", .duration, "Longest time of one run in all.", "1h"),
        key("gatekeeper.jobs", .integer, "Validations that may run at once.", "1"),
        key(
            "gatekeeper.ui",
            .choice(DisplayStyle.allCases.map(\.rawValue)),
            "How a run is shown at a terminal: 'auto' draws a live view, 'plain' writes lines only.",
            "auto",
            reach: .userOnly
        ),
        key("gatekeeper.backend", .text, "Backend that is asked; without a word, 'codex' where it answers.", "revert"),
        key(
            "gatekeeper.council.member",
            .text,
            "Backend that is asked at the same time as the others of the council, instead of 'gatekeeper.backend'.",
            multiple: true
        ),
        key(
            "gatekeeper.council.reviewer",
            .text,
            "Backend that reads a proven candidate first: it can hold one back, and lets none in."
        ),
        key(
            "gatekeeper.council.otherFamily",
            .boolean,
            "Whether the reviewer's models must be of another maker than the author's.",
            "false"
        ),
        key(
            "gatekeeper.council.choice",
            .choice(["first", "smallest"]),
            "Which of several proven candidates is taken.",
            "first"
        ),
    ]

    private static let last: [PolicyKey] = [
        key("gatekeeper.model", .text, "Model the backend is to use."),
        key(
            "gatekeeper.attest",
            .boolean,
            "Whether every conclusive pass is signed and noted, for others to rely on.",
            "false",
            reach: .userOnly
        ),
        key(
            "gatekeeper.signingKey",
            .text,
            "Key that signs attestations: a file, or 'key::' and a public key; else 'user.signingKey' where that is SSH.",
            reach: .userOnly
        ),
        key(
            "gatekeeper.trust.allowedSigners",
            .text,
            "File of signers to trust beside those of the base, as an absolute path.",
            reach: .userOnly
        ),
        key(
            "gatekeeper.trust.revoked",
            .text,
            "File of revoked keys, one a line or as ssh-keygen's list, as an absolute path.",
            reach: .userOnly
        ),
        key("gatekeeper.trust.maxAge", .duration, "How old a proof may be to count.", "720h"),
        key(
            "gatekeeper.notify.webhook",
            .text,
            "Address that is told what each run came to: https, or http on this machine.",
            reach: .userOnly
        ),
        key(
            "gatekeeper.notify.secretVariable",
            .text,
            "Name of the variable that holds the key which signs what the webhook gets.",
            reach: .userOnly
        ),
        key(
            "gatekeeper.notify.secretCommand",
            .words,
            "Program that prints that key, alone or as a credential helper does.",
            reach: .userOnly
        ),
        key(
            "gatekeeper.notify.desktop",
            .duration,
            "Shortest run after which the desktop says that it has ended; without a word, never.",
            reach: .userOnly
        ),
        key("gatekeeper.backend.<name>.command", .words, "Program of a backend.", reach: .userOnly),
        key(
            "gatekeeper.backend.<name>.mode",
            .choice(["answer", "workspace"]),
            "Whether an agent answers in words, or edits a throw-away worktree.",
            "answer",
            reach: .userOnly
        ),
        key(
            "gatekeeper.backend.<name>.endpoint",
            .text,
            "Address of the interface of a model, without what the interface adds.",
            reach: .userOnly
        ),
        key(
            "gatekeeper.backend.<name>.model",
            .text,
            "Model of this backend, before 'gatekeeper.model'.",
            reach: .userOnly
        ),
        key(
            "gatekeeper.backend.<name>.keyVariable",
            .text,
            "Name of the variable that holds its key; the key itself is never written into a configuration.",
            reach: .userOnly
        ),
        key(
            "gatekeeper.backend.<name>.keyCommand",
            .words,
            "Program that prints its key, alone or as a credential helper does.",
            reach: .userOnly
        ),
        key(
            "gatekeeper.backend.<name>.dotenv",
            .text,
            "File of NAME=value lines in which its key may be looked up.",
            reach: .userOnly
        ),
        key(
            "gatekeeper.backend.<name>.maxTokens",
            .integer,
            "Longest answer of the model, in tokens.",
            reach: .userOnly
        ),
        key(
            "gatekeeper.backend.<name>.sessions",
            .boolean,
            "Whether a retry continues the conversation, which the vendor or the agent then keeps.",
            "true",
            reach: .userOnly
        ),
        key(
            "gatekeeper.backend.<name>.family",
            .text,
            "Maker of its models, where the name of the backend does not tell.",
            reach: .userOnly
        ),
        key(
            "gatekeeper.backend.<name>.timeout",
            .duration,
            "Longest time a backend may take for one reply.",
            "10m",
            reach: .userOnly
        ),
        key(
            "gatekeeper.backend.<name>.environment",
            .text,
            "Variable handed to the backend: 'NAME', or 'NAME=value'.",
            multiple: true,
            reach: .userOnly
        ),
    ]
}
