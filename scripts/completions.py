"""Writes completions for `git gatekeeper` from what the program says of itself, for git's own completion to find."""

import commands

# What is offered for a value, by the name of the value; anything else is a file or free text.
WORDS = {"level": ["required", "preferred", "off"]}
REVISIONS = {"revision"}
FILES = {"folder", "artifact"}
BOTH = {"candidate", "run or patch"}


def backends(program):
    """Names of backends, which the program prints in the help of --backend."""
    for command in program.subcommands:
        for option in command.options:
            if "--backend" in option.names and ": " in option.abstract:
                return option.abstract.split(": ", 1)[1].rstrip(".").split(", ")
    return []


def words_for(option, program):
    """The values an option takes, where they are known."""
    if option.values:
        return option.values
    if "--backend" in option.names:
        return backends(program)
    return WORDS.get(option.value, [])


def offered(command):
    """Names of options as they are offered: long ones, and short ones that have no long name."""
    names = []
    for option in command.options:
        long = [name for name in option.names if name.startswith("--")]
        names += [name + ("=" if option.takes_value else "") for name in long[:1]] or option.names
    return names


def bash(program):
    lines = [
        "# bash completion for git gatekeeper; git's own completion calls it.",
        "# Written by scripts/completions.py. Do not edit.",
        "",
        "_git_gatekeeper ()",
        "{",
        f'\tlocal subcommands="{" ".join(each.name for each in program.subcommands)}"',
        '\tlocal subcommand="$(__git_find_on_cmdline "$subcommands")"',
        '\tif [ -z "$subcommand" ]; then',
        '\t\t__gitcomp "$subcommands --help --version"',
        "\t\treturn",
        "\tfi",
    ]
    known = {}
    revisions = set()
    for command in program.subcommands:
        for option in command.options:
            long = next((name for name in option.names if name.startswith("--")), None)
            if not long or not option.takes_value:
                continue
            words = words_for(option, program)
            if words:
                known[long] = words
            elif option.value in REVISIONS:
                revisions.add(long)
    # Git gives '--name=value' as one word, and '--name value' as two.
    lines += ['\tcase "$cur" in']
    for name, words in sorted(known.items()):
        lines += [f"\t{name}=*)", f'\t\t__gitcomp "{" ".join(words)}" "" "${{cur#{name}=}}"', "\t\treturn ;;"]
    for name in sorted(revisions):
        lines += [f"\t{name}=*)", f'\t\t__git_complete_refs --cur="${{cur#{name}=}}"', "\t\treturn ;;"]
    lines += ["\tesac", '\tcase "$prev" in']
    for name, words in sorted(known.items()):
        lines += [f"\t{name})", f'\t\t__gitcomp "{" ".join(words)}"', "\t\treturn ;;"]
    for name in sorted(revisions):
        lines += [f"\t{name})", "\t\t__git_complete_refs", "\t\treturn ;;"]
    lines += ["\tesac", '\tcase "$subcommand,$cur" in']
    for command in program.subcommands:
        lines += [f"\t{command.name},--*)", f'\t\t__gitcomp "{" ".join(offered(command))}"', "\t\t;;"]
    for command in program.subcommands:
        if any(each.value in BOTH for each in command.positionals):
            lines += [f"\t{command.name},*)", "\t\t__git_complete_refs", "\t\t;;"]
    lines += ["\thelp,*)", '\t\t__gitcomp "$subcommands"', "\t\t;;", "\tesac", "}"]
    return "\n".join(lines) + "\n"


def zsh_quoted(text):
    return text.replace("'", "'\\''").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def zsh(program):
    lines = [
        "#compdef git-gatekeeper",
        "#description decide by tests whether a change may be kept",
        "# zsh completion for git gatekeeper; zsh's completion of git calls it.",
        "# Written by scripts/completions.py. Do not edit.",
        "",
        "_git-gatekeeper() {",
        "  local curcontext=$curcontext state line ret=1",
        "  local -a subcommands",
        "  subcommands=(",
    ]
    for command in program.subcommands:
        abstract = (command.abstract or "Show help information.").replace("'", "'\\''")
        lines.append(f"    '{command.name}:{abstract}'")
    lines += [
        "  )",
        "  _arguments -C '1: :->subcommand' '*:: :->argument' && ret=0",
        "  case $state in",
        "    (subcommand) _describe -t subcommands 'git gatekeeper subcommand' subcommands && ret=0 ;;",
        "    (argument)",
        "      case $words[1] in",
    ]
    for command in program.subcommands:
        lines += [f"        ({command.name})", "          _arguments -s \\"]
        for option in command.options:
            message = zsh_quoted(option.abstract)
            repeat = "*" if option.is_repeating else ""
            for name in option.names:
                if not option.takes_value:
                    lines.append(f"            '{repeat}{name}[{message}]' \\")
                    continue
                words = words_for(option, program)
                if words:
                    action = f"({' '.join(words)})"
                elif option.value in REVISIONS:
                    action = "__git_revisions"
                else:
                    action = "_files" if option.value in FILES else ""
                end = "=" if name.startswith("--") else ""
                lines.append(f"            '{repeat}{name}{end}[{message}]:{zsh_quoted(option.value)}:{action}' \\")
        for each in command.positionals:
            start = "*" if each.is_repeating else ""
            if command.name == "help":
                action = f"({' '.join(other.name for other in program.subcommands)})"
            else:
                action = "_files" if each.value in BOTH | FILES else ""
            lines.append(f"            '{start}:{zsh_quoted(each.value)}:{action}' \\")
        lines += ["            && ret=0", "          ;;"]
    lines += ["      esac", "      ;;", "  esac", "  return ret", "}", "", '_git-gatekeeper "$@"']
    return "\n".join(lines) + "\n"


def fish_quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish(program):
    names = " ".join(command.name for command in program.subcommands)
    lines = [
        "# fish completion for git gatekeeper.",
        "# Written by scripts/completions.py. Do not edit.",
        "",
        f"set -l subcommands {names}",
        "set -l alone \"__fish_seen_subcommand_from gatekeeper; and not __fish_seen_subcommand_from $subcommands\"",
        "complete -f -c git -n __fish_use_subcommand -a gatekeeper "
        + f"-d {fish_quoted(program.abstract)}",
    ]
    for command in program.subcommands:
        abstract = fish_quoted(command.abstract or "Show help information.")
        lines.append(f'complete -f -c git -n "$alone" -a {command.name} -d {abstract}')
    for command in program.subcommands:
        here = f"'__fish_seen_subcommand_from gatekeeper; and __fish_seen_subcommand_from {command.name}'"
        for option in command.options:
            parts = ["complete", "-c git", f"-n {here}"]
            parts += [f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names]
            if option.takes_value:
                words = words_for(option, program)
                if words:
                    parts.append(f"-x -a {fish_quoted(' '.join(words))}")
                else:
                    parts.append("-r" if option.value in FILES else "-x")
            parts.append(f"-d {fish_quoted(option.abstract)}")
            lines.append(" ".join(parts))
    return "\n".join(lines) + "\n"


def make(path):
    program = commands.describe(path)
    return {
        "completions/git-gatekeeper.bash": bash(program),
        "completions/_git-gatekeeper": zsh(program),
        "completions/git-gatekeeper.fish": fish(program),
    }


if __name__ == "__main__":
    commands.main(__doc__, make)
