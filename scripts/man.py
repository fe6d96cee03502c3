"""Writes the manual from what the program says of itself, so that neither can drift from the other."""

import re

import commands

DESCRIPTION = """\
A team lets coding models write part of its code. The hard part is to decide whether a change may be kept.
@git gatekeeper@ is that decision. It runs the tests that people wrote. Where they fail, it asks a backend for a fix,
validates that fix in a worktree of its own, and writes it into the working tree only when the evidence allows.

What is judged is the working tree as it stands: tracked files, and untracked files that git does not ignore. It is
held against a base: the revision named with @--base@, else the merge base with the upstream branch, else HEAD.

A candidate may not touch the contract: the tests, their fixtures, and the files that decide how tests run. It is
accepted only if every target passes, every test that passed still passes, no test is missing, and a pristine worktree
shows the same. Until then the working tree, the index, references and hooks are as they were.
"""

EXIT_STATUS = [
    ("0", "Green, accepted, or the command did its job."),
    ("1", "Rejected: red, and no candidate was accepted. Also where @run@ proved a fix and @--dry-run@ left it "
          "aside, because the working tree is still red."),
    ("125", "Undecided: the tests could not be read, isolation was required and is missing, a backend broke, or the "
            "working tree moved meanwhile. @git bisect run@ skips on this status."),
    ("128", "The gate could not run: the policy is malformed, the repository cannot be read."),
    ("129", "The command line is wrong."),
    ("130, 143", "Interrupted: 128 and the number of the signal. Everything that was started is ended first."),
    ("141", "The reader of standard output went away."),
]

FILES = [
    (".gatekeeper/config", "The tracked policy. See @gatekeeper-config@(5)."),
    ("<common git directory>/gatekeeper/runs/<run>/", "The ledger: what each run recorded. Files are added, never changed."),
    ("<common git directory>/gatekeeper/reports/", "Pages that @git gatekeeper report@ made; one goes when its run goes."),
    ("<common git directory>/gatekeeper/worktrees/", "Worktrees of validations; @git gatekeeper clean@ removes those nobody uses."),
    ("$XDG_CACHE_HOME/git-gatekeeper/", "The same where tests run without isolation; @~/.cache@ where the variable is not set."),
    ("<common git directory>/gatekeeper/proven/", "Proofs: which trees were proven, and on what that rests."),
    ("<common git directory>/gatekeeper/background/", "What is validated in the background, and what that printed."),
    ("<common git directory>/gatekeeper/trusted", "Commands that may run without isolation; @git gatekeeper trust@ writes it."),
    ("<git directory>/gatekeeper/tmp/", "Private folders of commands that run, removed at their end."),
    ("refs/gatekeeper/candidates/<run>", "A proven candidate."),
    ("refs/gatekeeper/fixes/<head>", "A fix that waits, as a commit on top of the commit it repairs."),
    ("refs/notes/gatekeeper", "Attestations. See @git-gatekeeper-verify@(1)."),
    ("refs/gatekeeper/undo/<run>", "The state before an acceptance, for @git gatekeeper undo@."),
]

ENVIRONMENT = [
    ("GIT_GATEKEEPER_BACKEND, CI_LOOP_BACKEND", "Backend that is asked; the first that is set and not empty counts."),
    ("GIT_GATEKEEPER_SKIP", "A reason to pass over a hook this once; it is put on record."),
    ("SKIP_CI_GATEKEEPER_PRE_COMMIT", "@1@ passes over @pre-commit@, which is put on record too."),
    ("GIT_GATEKEEPER_MODEL", "Model the backend is to use, whichever it is."),
    ("OPENAI_MODEL, CODEX_MODEL, ANTHROPIC_MODEL", "Model of the vendor's own backends."),
    ("OPENAI_API_KEY, ANTHROPIC_API_KEY, CODEX_API_KEY", "Keys of those backends. No test sees them."),
    ("OPENAI_BASE_URL, ANTHROPIC_BASE_URL", "Base addresses of @openai_responses_api@ and @anthropic@."),
    ("GIT_GATEKEEPER_UI", "@plain@ draws nothing at a terminal and writes lines only, as @gatekeeper.ui@; so does @ACCESSIBLE=1@."),
    ("NO_COLOR, TERM, CI", "No colour where the first is set; nothing is drawn where the terminal is @dumb@ or the job an engine's."),
    ("GITHUB_*, CI_*, CHANGE_*, BUILDBOT_* …", "What an engine says of its job; @ci@ and @plan@ read base and head from it."),
    ("GIT_GATEKEEPER_TARGET", "Branch that changes go into, where the engine does not say."),
    ("GITHUB_STEP_SUMMARY", "File that @ci@ writes its summary behind."),
    ("https_proxy, no_proxy, SSL_CERT_FILE", "How @curl@ and agents reach servers."),
    ("PATH", "Where @git@, @bwrap@, @unshare@, @curl@ and the commands of checks are found. Tests get it as it is."),
    ("XDG_CACHE_HOME, HOME", "Where worktrees lie when tests run without isolation. Tests get a home folder of their own."),
]

ENVIRONMENT_END = """\
Tests do not see the environment of the caller. They get a short list of it (search path, language, time zone, the
folders of some tool chains) and what @gatekeeper.environment@ names.
"""

POLICY = """\
The policy says what must hold: which checks run, what belongs to the contract, which limits apply. It is written in
the syntax of @git-config@(1), in the tracked file @.gatekeeper/config@ at the top of the repository.
@git gatekeeper init@ writes one to start from; @git config -f .gatekeeper/config@ edits it;
@git gatekeeper config --show-origin@ prints what is in force and where each value comes from.
"""

BASE = """\
Where a base is named with @--base@ or comes from the upstream branch, and it has a policy, that policy is in force. A
head that changes the file is told so; the change counts once it is in the base. Working alone, where the base is HEAD
or there is no commit, and where the base has no policy yet, the file of the working tree serves, and the run says so.
"""

PRECEDENCE = """\
A value is taken from the first of these that has it: flag, environment, git's own configuration (@gatekeeper.*@),
tracked file, built in. A source that sets a key that may be repeated replaces all values of the sources below it.

The tracked file can name what runs inside the sandbox, and nothing that runs or reaches outside it. Keys marked
@git configuration only@ are refused there. It may not include other files, may not set @gatekeeper.sandbox@ to
@off@, and may not hand down a variable of this machine without giving its value.

A key that does not exist, and a value that is not of its kind, is an error that names file and line; every problem is
shown at once, and nothing runs.

Where no source names a check, the test command is detected from the files of the head, and the run says which and why.
"""

VALUES = [
    ("text", "Any text that is not empty."),
    ("command", "Words, split as a shell splits them, with quotes and backslashes. No shell runs them: no variables, no pipes."),
    ("true|false", "As git reads booleans: @true@, @yes@, @on@, @1@; @false@, @no@, @off@, @0@."),
    ("number", "A whole number, not negative."),
    ("duration", "A number with @ms@, @s@, @m@, @h@ or @d@; seconds without a unit."),
    ("size", "A whole number of bytes, with @k@, @m@ or @g@ as powers of 1024."),
    ("glob", "A pattern over paths from the top of the repository. @*@ and @?@ stay within one component, @**@ spans any "
             "number of them. A pattern without a @/@ before its end matches at every depth. A matched folder matches "
             "all that is in it."),
]


def escaped(text):
    """Text that roff prints as it is."""
    return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")


def inline(text):
    """A line of prose; what stands between at signs is set as typed."""
    parts = text.split("@")
    line = "".join(f"\\fB{escaped(part)}\\fR" if index % 2 else escaped(part) for index, part in enumerate(parts))
    return "\\&" + line if line.startswith(".") else line


def plain(text):
    """Lines of text from the program, where nothing is marked."""
    return [("\\&" if line.startswith(".") else "") + escaped(line) for line in text.split("\n")]


def prose(text):
    """Paragraphs."""
    lines = []
    for index, paragraph in enumerate(text.strip().split("\n\n")):
        if index:
            lines.append(".PP")
        lines += [inline(line) for line in paragraph.split("\n")]
    return lines


def tagged(tag, text):
    """A list entry: tag and paragraph, both ready for roff."""
    return [".TP", ("\\&" if tag.startswith(".") else "") + tag, *text]


def bold(text):
    return f"\\fB{escaped(text)}\\fR"


def italic(text):
    return f"\\fI{escaped(text)}\\fR"


def option(argument):
    """One option with what it takes, its purpose, its values and its default."""
    value = " " + italic(f"<{argument.value}>") if argument.takes_value else ""
    tag = ", ".join(bold(name) + value for name in argument.names)
    text = plain(argument.abstract)
    if argument.values:
        text.append(escaped(f"One of: {', '.join(argument.values)}."))
    if argument.default is not None:
        text.append(escaped(f"Without it: {argument.default}."))
    return tagged(tag, text)


def call(command):
    """How a subcommand is typed."""
    words = [bold(f"git gatekeeper {command.name}")]
    if command.options:
        words.append("[" + italic("options") + "]")
    for each in command.positionals:
        word = italic(f"<{each.value}>") + ("..." if each.is_repeating else "")
        words.append(f"[{word}]" if each.is_optional else word)
    return " ".join(words)


def page(name, section, about):
    return [
        '.\\" Written by scripts/man.py from what the program says of itself. Do not edit.',
        f'.TH "{name.upper()}" "{section}" "" "git gatekeeper" "Git Manual"',
        ".nh",
        ".ad l",
        ".SH NAME",
        f"{escaped(name)} \\- {escaped(about)}",
    ]


def program_page(program):
    about = program.abstract.rstrip(".")
    lines = page("git-gatekeeper", 1, about[0].lower() + about[1:])
    lines += [".SH SYNOPSIS", ".nf"] + [call(each) for each in program.subcommands] + [".fi"]
    lines += [".SH DESCRIPTION", *prose(DESCRIPTION)]

    real = [each for each in program.subcommands if each.name != "help"]
    shared = set.intersection(*({tuple(option.names) for option in each.options} for each in real))
    lines += [".SH OPTIONS OF EVERY COMMAND"]
    for each in real[0].options:
        if tuple(each.names) in shared:
            lines += option(each)
    lines += [".SH COMMANDS"]
    for command in program.subcommands:
        lines += [f'.SS "git gatekeeper {escaped(command.name)}"', *plain(command.abstract)]
        if command.discussion:
            lines += [".PP", *plain(command.discussion)]
        for each in command.positionals:
            lines += tagged(italic(f"<{each.value}>"), plain(each.abstract))
        for each in command.options:
            if tuple(each.names) not in shared:
                lines += option(each)
    lines += [".SH EXIT STATUS"]
    for status, meaning in EXIT_STATUS:
        lines += tagged(bold(status), [inline(meaning)])
    lines += [".SH FILES"]
    for path, meaning in FILES:
        lines += tagged(italic(path), [inline(meaning)])
    lines += [".SH ENVIRONMENT"]
    for name, meaning in ENVIRONMENT:
        lines += tagged(bold(name), [inline(meaning)])
    lines += [".PP", *prose(ENVIRONMENT_END)]
    lines += [
        ".SH SEE ALSO",
        ".BR gatekeeper\\-config (5),",
        ".BR git\\-config (1),",
        ".BR git\\-bisect (1),",
        ".BR bwrap (1)",
    ]
    return "\n".join(lines) + "\n"


def command_page(command):
    """The page of one subcommand, as @man git-gatekeeper-<command>@ shows it."""
    about = command.abstract.rstrip(".")
    lines = page(f"git-gatekeeper-{command.name}", 1, about[0].lower() + about[1:])
    lines += [".SH SYNOPSIS", call(command), ".SH DESCRIPTION", *plain(command.abstract)]
    if command.discussion:
        lines += [".PP", *plain(command.discussion)]
    if command.positionals:
        lines += [".SH ARGUMENTS"]
        for each in command.positionals:
            lines += tagged(italic(f"<{each.value}>"), plain(each.abstract))
    lines += [".SH OPTIONS"]
    for each in command.options:
        lines += option(each)
    lines += [".SH EXIT STATUS"]
    for status, meaning in EXIT_STATUS:
        lines += tagged(bold(status), [inline(meaning)])
    lines += [".SH SEE ALSO", ".BR git\\-gatekeeper (1),", ".BR gatekeeper\\-config (5)"]
    return "\n".join(lines) + "\n"


KEY = re.compile(r"(?P<key>\S+) = (?P<takes>.*?)(?P<many>, may be repeated)?(?: \[(?P<standard>.*)\])?$")
USER_ONLY = " (git's own configuration only)"


def config_page(listing):
    lines = page("gatekeeper-config", 5, "the policy of git gatekeeper")
    lines += [".SH SYNOPSIS", ".nf"]
    lines += [bold(".gatekeeper/config").replace("\\fB.", "\\&\\fB.", 1)]
    lines += [bold("git gatekeeper config") + " [" + bold("--show-origin") + "] [" + bold("--list-keys") + "]", ".fi"]
    lines += [".SH DESCRIPTION", *prose(POLICY)]
    lines += [".SS Whose policy is in force", *prose(BASE)]
    lines += [".SS Where values come from", *prose(PRECEDENCE)]
    lines += [".SH VALUES"]
    for name, meaning in VALUES:
        lines += tagged(italic(name), [inline(meaning)])
    lines += [".SH KEYS", "In a pattern,", bold("<name>"), "and", bold("<id>"), "stand for a word of your choice."]
    rows = listing.rstrip("\n").split("\n")
    for heading, summary in zip(rows[0::2], rows[1::2], strict=True):
        match = KEY.fullmatch(heading)
        if not match:
            raise SystemExit(f"error: 'config --list-keys' printed what is no key: '{heading}'")
        summary = summary.strip()
        who = "tracked file, git configuration"
        if summary.endswith(USER_ONLY):
            summary = summary[: -len(USER_ONLY)]
            who = "git configuration only"
        takes = match["takes"] + (", may be repeated" if match["many"] else "")
        lines += tagged(bold(match["key"]) + " = " + italic(takes), plain(summary))
        standard = f"Without it: {match['standard']}. " if match["standard"] else ""
        lines.append(escaped(f"{standard}Set in: {who}."))
    lines += [".SH SEE ALSO", ".BR git\\-gatekeeper (1),", ".BR git\\-config (1)"]
    return "\n".join(lines) + "\n"


def make(program):
    described = commands.describe(program)
    return {
        "man/git-gatekeeper.1": program_page(described),
        **{
            f"man/git-gatekeeper-{each.name}.1": command_page(each)
            for each in described.subcommands
            if each.name != "help"
        },
        "man/gatekeeper-config.5": config_page(commands.answer(program, "config", "--list-keys")),
    }


if __name__ == "__main__":
    commands.main(__doc__, make)
