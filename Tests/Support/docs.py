"""Runs every command of a page of the documentation, in order, and holds what it prints against what the page shows.

usage: docs.py PAGE FOLDER

FOLDER is empty and the caller's: home, git's configuration and the working folder lie in it. `git-gatekeeper` is found on
PATH. Commands stand in two kinds of fenced blocks:

  sh       commands; each has to end with 0
  console  lines that begin with `$ ` are commands, those below are what they print; `…` stands for any text, and a line
           that is nothing else for any number of lines

In front of a block may stand `<!-- exit 1 -->`, the status of its last command, or `<!-- not run: why -->`. All other
blocks show files or pictures, and may hold no command. Prints `ran N, not run M` at the end.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys

FENCE = re.compile(r"^```(\S*)\s*$")
MARK = re.compile(r"^<!-- (?:exit (?P<status>\d+)|not run: (?P<why>.+)) -->$")
COMMANDS = re.compile(r"^\s*(\$ |git |make |sudo |docker |brew )")
SHOWN = {"ini", "json", "yaml", "text", "gitconfig", "python", "mermaid", "dockerfile"}


class Drift(Exception):
    """The page and the program do not say the same."""


class Block:
    """A fenced block, the line it begins in, and what is said in front of it."""

    def __init__(self, language, line, mark):
        self.language, self.line, self.lines = language, line, []
        self.status = int(mark["status"]) if mark and mark["status"] else 0
        self.why = mark["why"] if mark else None

    def commands(self):
        """Each command with the lines it is to print; of `sh` nothing is said about those."""
        if self.language == "sh":
            return [("\n".join(self.lines), None)]
        found = []
        for line in self.lines:
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line.startswith("> ") and found and not found[-1][1]:
                found[-1] = (f"{found[-1][0]}\n{line[2:]}", [])
            elif found:
                found[-1][1].append(line)
            else:
                raise Drift(f"line {self.line}: a console block begins with a command")
        return found


def blocks(page):
    """The fenced blocks of a page."""
    current, mark, found = None, None, []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = FENCE.match(line)
        if current is not None:
            if line == "```":
                found.append(current)
                current = None
            else:
                current.lines.append(line)
        elif fence:
            current, mark = Block(fence[1], number, mark), None
        elif line.startswith("```"):
            raise Drift(f"line {number}: a fence that nobody reads: {line}")
        elif line.strip():
            mark = MARK.match(line)
            if line.startswith("<!--") and not mark:
                raise Drift(f"line {number}: a comment that nobody reads: {line}")
            if line.startswith(("    ", "\t")) and COMMANDS.match(line):
                raise Drift(f"line {number}: a command outside of a block")
    if current is not None:
        raise Drift(f"line {current.line}: the block does not end")
    return found


def matches(wanted, printed):
    """Whether lines are as the page shows them."""
    if not wanted:
        return not printed
    if wanted[0].strip() == "…":
        return any(matches(wanted[1:], printed[count:]) for count in range(len(printed) + 1))
    if not printed:
        return False
    form = ".*".join(re.escape(part) for part in wanted[0].split("…"))
    return re.fullmatch(form, printed[0]) is not None and matches(wanted[1:], printed[1:])


class Shell:
    """One bash that keeps folder and variables from block to block, as a reader's terminal does."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "home").mkdir()
        (folder / "work").mkdir()
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder / "home"), "TMPDIR": str(folder), "TZ": "UTC",
            "LANG": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1", "TERM": "dumb",
            # A machine without isolation would ask a person about the page's own commands.
            "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "gatekeeper.trust.commands", "GIT_CONFIG_VALUE_0": "always",
        }
        self.shell = subprocess.Popen(
            ["bash", "--norc", "--noprofile"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=folder / "work", env=environment, start_new_session=True,
        )

    def run(self, command):
        """The status of a command and what it printed; of several the first status that is not 0."""
        script, output = self.folder / "command.sh", self.folder / "output"
        script.write_text(command + "\n", encoding="utf-8")
        self.shell.stdin.write(
            f"FAILED=0; trap '[ $FAILED -ne 0 ] || FAILED=$?' ERR; . {script} >{output} 2>&1 </dev/null; trap - ERR; "
            f"echo status $FAILED\n"
        )
        self.shell.stdin.flush()
        said = self.shell.stdout.readline()
        if not said.startswith("status "):
            raise Drift(f"the shell ended with: {command}")
        return int(said.split()[1]), output.read_text(encoding="utf-8", errors="replace")

    def end(self):
        """Ends the shell, and what a page that went wrong has left behind it."""
        os.killpg(self.shell.pid, signal.SIGKILL)
        self.shell.wait()


def run(page, folder):
    """Runs a page; how many commands ran, and how many blocks did not."""
    ran = skipped = 0
    shell = Shell(folder)
    try:
        for block in blocks(page):
            where = f"{page.name}, line {block.line}"
            if block.language not in ("sh", "console"):
                if block.language not in SHOWN:
                    raise Drift(f"{where}: a block of '{block.language}' that nobody runs")
                for line in block.lines:
                    if COMMANDS.match(line):
                        raise Drift(f"{where}: a command in a block that nobody runs: {line}")
                continue
            if block.why:
                skipped += 1
                continue
            commands = block.commands()
            for index, (command, wanted) in enumerate(commands):
                status, printed = shell.run(command)
                expected = block.status if index == len(commands) - 1 else 0
                if status != expected:
                    raise Drift(f"{where}: '{command}' ended with {status}, not {expected}:\n{printed}")
                lines = printed.rstrip("\n").split("\n") if printed.rstrip("\n") else []
                while wanted and not wanted[-1].strip():
                    wanted.pop()
                if wanted is not None and not matches(wanted, lines):
                    raise Drift(
                        f"{where}: '{command}' does not print what the page shows. It prints:\n" + "\n".join(lines)
                    )
                ran += 1
    finally:
        shell.end()
    return ran, skipped


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        ran, skipped = run(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve())
    except Drift as drift:
        sys.exit(f"error: {drift}")
    print(f"ran {ran}, not run {skipped}")


if __name__ == "__main__":
    main()
