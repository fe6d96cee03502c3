"""Writes docs/reference.md from what the program says of itself, so that neither can drift from the other."""

import re

import commands

HEAD = """\
# Reference

Written by `make man` from the program's own description; a test compares. `man git-gatekeeper-<command>` says the same with
more words, and `docs/policy.md` explains the keys with examples.

Exit status of every command: 0 green, accepted or done · 1 rejected · 125 undecided · 128 the gate could not run ·
129 usage · 130 or 143 interrupted.
"""
KEY = re.compile(r"(?P<key>\S+) = (?P<takes>[^,\[]+?)(?P<many>, may be repeated)?(?: \[(?P<standard>.*)\])?")
USER_ONLY = " (git's own configuration only)"


def cell(text):
    """Text that divides no table; what stands in quotes is typed."""
    parts = re.sub(r"(?<!\w)'([^']+)'", r"`\1`", text).replace("|", "\\|").replace("\n", " ").split("`")
    # Every second part stands in quotes, where nothing has to be written out.
    parts[0::2] = [part.replace("<", "&lt;").replace(">", "&gt;") for part in parts[0::2]]
    return "`".join(parts)


def code(text):
    return "`" + text.replace("|", "\\|") + "`"


def section(command, shared):
    """One command: what it is for, how it is typed, its options."""
    typed = f"git gatekeeper {command.name}"
    if command.options:
        typed += " [options]"
    for each in command.positionals:
        word = f"<{each.value}>" + ("..." if each.is_repeating else "")
        typed += f" [{word}]" if each.is_optional else f" {word}"
    lines = [f"### {command.name}", "", cell(command.abstract), "", code(typed), ""]
    rows = [(f"<{each.value}>", each) for each in command.positionals]
    rows += [
        (", ".join(each.names) + (f" <{each.value}>" if each.takes_value else ""), each)
        for each in command.options
        if each.names[-1] not in shared
    ]
    if rows:
        lines += ["| | |", "|---|---|"]
    for name, each in rows:
        text = cell(each.abstract)
        if each.default is not None:
            text += f" Without it: {code(each.default)}."
        lines.append(f"| {code(name)} | {text} |")
    return lines + ([""] if rows else [])


def shared_options(described):
    """Options that all commands have, in the order of the first."""
    every = [{each.names[-1] for each in command.options} for command in described.subcommands if command.name != "help"]
    common = set.intersection(*every)
    first = next(command for command in described.subcommands if command.name != "help")
    return [each for each in first.options if each.names[-1] in common]


def make(program):
    described = commands.describe(program)
    shared = shared_options(described)
    lines = [HEAD, "## Commands", "", "Every command has", ""]
    for each in shared:
        value = f" <{each.value}>" if each.takes_value else ""
        lines.append(f"- {code(', '.join(each.names) + value)}: {cell(each.abstract)}")
    lines.append("")
    names = {each.names[-1] for each in shared}
    for command in described.subcommands:
        if command.name != "help":
            lines += section(command, names)
    lines += ["## Keys", "", "`<name>` and `<id>` stand for a word of your choice.", "", "| key | takes | without it | |", "|---|---|---|---|"]
    rows = commands.answer(program, "config", "--list-keys").rstrip("\n").split("\n")
    for heading, summary in zip(rows[0::2], rows[1::2], strict=True):
        match = KEY.fullmatch(heading)
        if not match:
            raise SystemExit(f"error: 'config --list-keys' printed what is no key: '{heading}'")
        summary = summary.strip()
        only = summary.endswith(USER_ONLY)
        if only:
            summary = summary[: -len(USER_ONLY)] + " Yours only: not in a tracked file."
        takes = match["takes"].replace("|", ", ") + (", repeated" if match["many"] else "")
        standard = code(match["standard"]) if match["standard"] else ""
        lines.append(f"| {code(match['key'])} | {takes} | {standard} | {cell(summary)} |")
    return {"docs/reference.md": "\n".join(lines) + "\n"}


if __name__ == "__main__":
    commands.main(__doc__, make)
