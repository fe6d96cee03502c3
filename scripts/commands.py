"""Reads the program's own description of its command line: the source of the manual and of the completions."""

import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def spelled(name):
    """A name of an option as it is typed."""
    return ("--" if name["kind"] == "long" else "-") + name["name"]


class Argument:
    """An option, a flag or a positional argument of one command."""

    def __init__(self, described):
        self.kind = described["kind"]
        self.names = [spelled(name) for name in described.get("names", [])]
        self.names.sort(key=lambda name: name.startswith("--"))
        self.value = described.get("valueName", "value")
        self.abstract = described.get("abstract", "")
        self.default = described.get("defaultValue")
        self.values = described.get("allValues") or described.get("allValueStrings") or []
        self.is_optional = described.get("isOptional", False)
        self.is_repeating = described.get("isRepeating", False)

    @property
    def takes_value(self):
        return self.kind == "option"

    @property
    def is_positional(self):
        return self.kind == "positional"


class Command:
    """A subcommand, or the program itself."""

    def __init__(self, described):
        self.name = described["commandName"]
        self.abstract = described.get("abstract", "")
        self.discussion = described.get("discussion", "")
        self.arguments = [
            Argument(each) for each in described.get("arguments", []) if each.get("shouldDisplay", True)
        ]
        self.subcommands = [
            Command(each) for each in described.get("subcommands", []) if each.get("shouldDisplay", True)
        ]

    @property
    def options(self):
        return [each for each in self.arguments if not each.is_positional]

    @property
    def positionals(self):
        return [each for each in self.arguments if each.is_positional]


def answer(program, *arguments):
    """Standard output of the program; its complaint ends this script."""
    result = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"error: '{program} {' '.join(arguments)}' ended with {result.returncode}: {result.stderr.strip()}")
    return result.stdout


def describe(program):
    """The program's command line."""
    return Command(json.loads(answer(program, "--experimental-dump-help"))["command"])


def main(description, make):
    """Writes, or with --check compares, the files that `make` gives for a program as path and text."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--program", default=str(ROOT / ".build/debug/git-gatekeeper"), help="the built program")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file is not as it would be")
    options = parser.parse_args()
    stale = []
    for path, text in make(options.program).items():
        file = ROOT / path
        if options.check:
            if not file.is_file() or file.read_text(encoding="utf-8") != text:
                stale.append(path)
        else:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
    if stale:
        sys.exit(f"error: not as the program says: {', '.join(stale)}\nhint: run 'make man' and commit the result")
