"""Runs git gatekeeper on a real pseudo terminal and holds what it writes against what a terminal may be asked to do.

usage: terminal.py FOLDER [--all] [--record FOLDER]

FOLDER is empty and the caller's; `git-gatekeeper` is found on PATH. With --all every width is tried, and the screens are
those of pyte, a terminal in Python. With --record what stood on them is written there. Prints one line for each thing that
held, and ends with 1 at the first that did not.
"""

import argparse
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import unicodedata

CODE = "def add(a, b):\n    return a + b\n\n\ndef sub(a, b):\n    return a - b\n"
TESTS = """import time
import unittest

from calc import core


class CalcTests(unittest.TestCase):
    def test_add(self):
        time.sleep(0.3)
        self.assertEqual(core.add(2, 3), 5)

    def test_sub(self):
        self.assertEqual(core.sub(5, 3), 2)
"""
BACKEND = """#!/usr/bin/env python3
import json, sys, time
request = json.load(sys.stdin)
time.sleep(%s)
print(json.dumps({"edits": [{"path": "calc/core.py", "edits": [
    {"search": "def sub(a, b):\\n    return a + b", "replace": "def sub(a, b):\\n    return %s"}]}]}))
"""
# What the view may ask of a terminal: up, clear below, wrapping off and on again, colours. Nothing hides the cursor.
ALLOWED = re.compile(r"\x1b\[(?:\d+A|J|\?7[lh]|\d+m)")
FRAME = re.compile(r"\x1b\[\?7l(.*?)\x1b\[\?7h", re.S)


class Failed(Exception):
    """Something did not hold."""


def demand(holds, what):
    if not holds:
        raise Failed(what)


def columns_of(text):
    """Columns that a text takes."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )


def lines_of(frame):
    """Lines of a drawing; a terminal adds a return to every new line."""
    return frame.replace("\r", "").split("\n")


class World:
    """A repository with one bug, and backends that repair it sooner or later, or not."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.repository = self.folder / "calc"
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "TMPDIR": str(self.folder), "TZ": "UTC",
            "LANG": "C.UTF-8", "TERM": "xterm-256color", "GIT_CONFIG_NOSYSTEM": "1",
        }
        (self.folder / "home").mkdir()
        for name, text in {
            "calc/__init__.py": "", "calc/core.py": CODE, "tests/__init__.py": "", "tests/test_core.py": TESTS,
            ".gatekeeper/config": '[gatekeeper "check.test"]\n\tcommand = python3 -m unittest discover -t . -s tests\n',
        }.items():
            path = self.repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git("init", "-q", "-b", "main")
        for key, value in {
            "user.name": "A U Thor", "user.email": "author@example.com", "gatekeeper.memory": "false",
            "gatekeeper.trust.commands": "always",
        }.items():
            self.git("config", "--global", key, value)
        for name, seconds, answer in [("quick", 0.5, "a - b"), ("wrong", 0.1, "a * b"), ("stuck", 600, "a")]:
            program = self.folder / f"{name}.py"
            program.write_text(BACKEND % (seconds, answer))
            program.chmod(0o755)
            self.git("config", "--global", f"gatekeeper.backend.{name}.command", str(program))
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a healthy calculator")

    def git(self, *arguments):
        child = os.fork()
        if child == 0:
            os.chdir(self.repository)
            os.execvpe("git", ["git", *arguments], self.environment)
        demand(os.waitpid(child, 0)[1] == 0, f"git {' '.join(arguments)} failed")

    def breaks(self):
        (self.repository / "calc/core.py").write_text(CODE.replace("a - b", "a + b"))


class Run:
    """One command on a terminal of its own, as the leader of a session, as a shell would have it."""

    def __init__(self, world, arguments, columns, rows=24, environment=None, screen=None):
        self.columns, self.rows, self.screen = columns, rows, screen
        self.raw = ""
        self.status = None
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.chdir(world.repository)
            os.execvpe("git", ["git", "gatekeeper", *arguments], {**world.environment, **(environment or {})})
        self.before = termios.tcgetattr(self.terminal)

    def resize(self, columns):
        self.columns = columns
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, columns, 0, 0))
        if self.screen:
            self.screen.resize(self.rows, columns)

    def read(self, seconds):
        """Takes in what is written for a while; False where the terminal is closed."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select([self.terminal], [], [], left)
            if not ready:
                continue
            try:
                chunk = os.read(self.terminal, 65536)
            except OSError:
                return False
            if not chunk:
                return False
            self.raw += chunk.decode("utf-8", "replace")
            if self.screen:
                self.screen.feed(chunk)
        return True

    def until(self, words, seconds=120):
        end = time.monotonic() + seconds
        while words not in self.raw:
            demand(time.monotonic() < end, f"'{words}' was not shown within {seconds} s:\n{self.raw}")
            demand(self.read(0.1), f"the program ended without '{words}':\n{self.raw}")

    def finish(self, seconds=180):
        end = time.monotonic() + seconds
        while self.read(0.2):
            if self.screen:
                self.screen.keep()
            demand(time.monotonic() < end, "the program did not end")
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
        return self

    def frames(self):
        return [lines_of(frame) for frame in FRAME.findall(self.raw)]

    def holds_together(self, widest=None):
        """What every run has to keep, whatever it shows."""
        rest = ALLOWED.sub("", self.raw)
        demand("\x1b" not in rest, f"an escape sequence that nobody needs: {rest[max(0, rest.find(chr(27)) - 20):][:60]!r}")
        demand(self.raw.count("\x1b[?7l") == self.raw.count("\x1b[?7h"), "wrapping stays off")
        for frame in self.frames():
            for line in frame:
                width = columns_of(ALLOWED.sub("", line))
                demand(width <= (widest or self.columns), f"a line of {width} columns: {line!r}")
            demand(len(frame) < self.rows, "more lines than the terminal has")


class Screen:
    """pyte's terminal, with every screen that differs from the one before."""

    def __init__(self, columns, rows=24):
        import pyte

        self.screen = pyte.HistoryScreen(columns, rows, history=1000)
        self.stream = pyte.ByteStream(self.screen)
        self.kept = []

    def feed(self, chunk):
        self.stream.feed(chunk)

    def resize(self, rows, columns):
        self.screen.resize(rows, columns)

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def keep(self):
        text = self.text()
        if not self.kept or self.kept[-1] != text:
            self.kept.append(text)

    def views(self, text=None):
        """How many live views stand on the screen."""
        return len(re.findall(r"^(?:──|--) run", self.text() if text is None else text, re.M))

    def is_sane(self):
        import pyte.modes

        demand(not self.screen.cursor.hidden, "the cursor is gone")
        demand(pyte.modes.DECAWM in self.screen.mode, "lines do not wrap any more")
        demand(self.screen.cursor.x == 0, f"the cursor stands in column {self.screen.cursor.x}")
        demand(self.views() == 0, "a view is left on the screen:\n" + self.text())


def repaired(world, columns, screen=None, **options):
    """A red tree that the second of two backends repairs."""
    world.breaks()
    run = Run(world, ["run", "--council", "wrong,quick", "--max-retries", "6"], columns, screen=screen, **options)
    return run.finish()


def shows_a_run(world, columns, screens):
    screen = Screen(columns) if screens else None
    run = repaired(world, columns, screen)
    demand(run.status == 0, f"the run ended with {run.status}:\n{run.raw}")
    run.holds_together()
    demand(run.frames(), "nothing was drawn")
    last = ALLOWED.sub("", "\n".join("\n".join(frame) for frame in run.frames()))
    words = ["head", "red", "repair", "now"]
    if columns > 40:
        words += [r"attempt \d by wrong", r"attempt \d by quick confirms", "confirm"]
    for word in words:
        demand(re.search(word, last), f"'{word}' was never shown")
    demand(world.repository.joinpath("calc/core.py").read_text() == CODE, "the repair is not there")
    demand("accepted: the fix of" in run.raw.replace("\r\n", ""), "the summary is not there")
    if screen:
        screen.is_sane()
        for text in screen.kept:
            demand(screen.views(text) <= 1, "two views on one screen:\n" + text)
    print(f"held: a run at {columns} columns, {len(run.frames())} drawings")
    return screen


def pages_a_diff(world):
    """git's own diff of the run just shown, through the user's pager, which has the terminal."""
    pager = world.folder / "pager.sh"
    pager.write_text("#!/bin/sh\n[ -t 1 ] && echo paged on a terminal\ncat\n")
    pager.chmod(0o755)
    world.git("config", "--global", "core.pager", str(pager))
    run = Run(world, ["show", "--diff"], 80).finish()
    world.git("config", "--global", "color.ui", "never")
    plain = Run(world, ["show", "--diff"], 80).finish()
    world.git("config", "--global", "--unset", "color.ui")
    demand(run.status == 0 and "paged on a terminal" in run.raw, f"no pager: {run.raw!r}")
    demand("+    return a - b" in ALLOWED.sub("", run.raw).replace("\x1b[m", "") and "\x1b[" in run.raw, f"no colour: {run.raw!r}")
    demand("+    return a - b" in plain.raw and "\x1b" not in plain.raw, f"colour in spite of color.ui: {plain.raw!r}")
    print("held: the diff in the user's pager and colours")


def stops_at_control_c(world, screens):
    world.breaks()
    screen = Screen(80) if screens else None
    run = Run(world, ["run", "--backend", "stuck"], 80, screen=screen)
    run.until("attempt 1 asks")
    os.write(run.terminal, b"\x03")
    run.finish(60)
    after = termios.tcgetattr(run.terminal)
    demand(run.status in (130, -signal.SIGINT), f"it ended with {run.status}")
    run.holds_together()
    demand(run.before == after, "the terminal's settings are not what they were")
    demand("\x1b[?7l" not in run.raw[run.raw.rindex("^C"):], "it went on drawing after Ctrl-C")
    if screen:
        screen.is_sane()
    print("held: Ctrl-C in the middle of a run")


def ends_where_nothing_is_taken(world):
    """Ctrl-C after Ctrl-S: a terminal that takes no output must not keep the program from ending."""
    world.breaks()
    run = Run(world, ["run", "--backend", "stuck"], 80)
    run.until("attempt 1 asks")
    os.write(run.terminal, b"\x13")
    run.read(1.5)
    os.write(run.terminal, b"\x03")
    run.finish(60)
    demand(run.status in (130, -signal.SIGINT), f"it ended with {run.status}")
    print("held: Ctrl-C where the terminal takes nothing")


def fits(frames, columns):
    """Whether the last drawing is no wider than a terminal of so many columns."""
    return bool(frames) and all(columns_of(ALLOWED.sub("", line)) <= columns for line in lines_of(frames[-1]))


def stops_and_goes_on(world):
    """Ctrl-Z, others who write meanwhile, and a terminal that is narrower afterwards."""
    world.breaks()
    run = Run(world, ["run", "--backend", "stuck"], 80)
    run.until("attempt 1 asks")
    # No shell watches this group, so the signal is sent as the shell's terminal would send it.
    os.killpg(run.child, signal.SIGTSTP)
    end = time.monotonic() + 30
    while not any_stopped(run.child):
        run.read(0.05)
        demand(time.monotonic() < end, "it does not stop")
    run.read(0.3)
    length = len(run.raw)
    run.read(1.5)
    demand(len(run.raw) == length, "it writes while it is stopped")
    run.resize(50)
    os.killpg(run.child, signal.SIGCONT)
    end = time.monotonic() + 30
    while "\x1b[?7l" not in run.raw[length:]:
        run.read(0.1)
        demand(time.monotonic() < end, "it draws nothing after it goes on")
    drawn = run.raw[length:]
    demand(not re.search(r"\x1b\[\d+A", drawn.split("\x1b[?7h")[0]), "what others wrote meanwhile is taken away")
    # What was on its way when the signal came may still be as wide as the terminal was; the next drawing is not.
    while not fits(FRAME.findall(run.raw[length:]), 50):
        run.read(0.1)
        demand(time.monotonic() < end, "it draws wider than the terminal is now")
    os.write(run.terminal, b"\x03")
    run.finish(60)
    run.holds_together(widest=80)
    print("held: Ctrl-Z, going on, and another size")


def any_stopped(group):
    """Whether the gate itself is stopped: the process of the group that is not git."""
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "stat").read_text()
        except OSError:
            continue
        name, _, rest = text.rpartition(")")
        fields = rest.split()
        if int(fields[2]) == group and "git-gatekeeper" in name and fields[0] == "T":
            return True
    return False


def draws_only_what_is_wanted(world):
    run = repaired(world, 80, environment={"NO_COLOR": "1"})
    run.holds_together()
    demand(run.frames() and not re.search(r"\x1b\[\d+m", run.raw), "colour in spite of NO_COLOR")
    world.git("config", "--global", "color.ui", "never")
    run = repaired(world, 80, environment={"LANG": "C"})
    world.git("config", "--global", "--unset", "color.ui")
    demand(run.frames() and not re.search(r"\x1b\[\d+m", run.raw), "colour in spite of color.ui")
    demand(all(line.isascii() for frame in run.frames() for line in frame), "more than ASCII in the locale C")
    for name, environment, arguments in [
        ("GIT_GATEKEEPER_UI=plain", {"GIT_GATEKEEPER_UI": "plain"}, []),
        ("TERM=dumb", {"TERM": "dumb"}, []),
        ("ACCESSIBLE=1", {"ACCESSIBLE": "1"}, []),
        ("CI", {"CI": "true"}, []),
        ("--quiet", {}, ["--quiet"]),
        ("--format json", {}, ["--format", "json"]),
    ]:
        run = Run(world, ["test", *arguments], 80, environment=environment).finish()
        demand(run.status == 0 and "\x1b" not in run.raw, f"something is drawn with {name}: {run.raw!r}")
    world.git("config", "--global", "gatekeeper.ui", "plain")
    run = Run(world, ["test"], 80).finish()
    world.git("config", "--global", "--unset", "gatekeeper.ui")
    demand(run.status == 0 and "\x1b" not in run.raw and "check:test" in run.raw, "something is drawn with gatekeeper.ui")
    print("held: no colour, no drawing, and ASCII where somebody wants that")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--record")
    options = parser.parse_args()
    try:
        world = World(options.folder)
        for columns in (20, 60, 80, 200, 300) if options.all else (60,):
            screen = shows_a_run(world, columns, options.all)
            if options.record and screen:
                folder = pathlib.Path(options.record)
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{columns}.txt").write_text(f"\n{'=' * columns}\n".join(screen.kept) + "\n")
        pages_a_diff(world)
        stops_at_control_c(world, options.all)
        if options.all:
            ends_where_nothing_is_taken(world)
            stops_and_goes_on(world)
            draws_only_what_is_wanted(world)
    except Failed as problem:
        sys.exit(f"error: {problem}")


if __name__ == "__main__":
    main()
