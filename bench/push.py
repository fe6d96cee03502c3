#!/usr/bin/env python3
"""What a pre-push hook adds to a push: the gate where the tree is proven and where it is not, and what others take.

usage: push.py --gate PROGRAM [--tools FOLDER] [--rounds N] [--folder FOLDER]

A project whose tests take about a tenth of a second is pushed to a bare repository beside it. Every round makes a green
commit in each of the clones and pushes it, in an order that changes from round to round. FOLDER of --tools holds the
programs pre-commit and lefthook ('python3 -m venv FOLDER && FOLDER/bin/pip install pre-commit lefthook', then
FOLDER/bin); without it they are left out. The table shows medians and ratios, measured side by side.
"""

import argparse
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time

TEST = """import unittest

import value


class Tests(unittest.TestCase):
    def test_value(self):
        self.assertGreaterEqual(value.VALUE, 0)
"""
POLICY = '[gatekeeper "check.test"]\n\tcommand = python3 -m unittest -q test_value\n'
COMMAND = ["python3", "-m", "unittest", "-q", "test_value"]


class Clone:
    """One clone of the project with one way of hooking."""

    def __init__(self, scratch, name, environment):
        self.name = name
        self.environment = environment
        self.path = os.path.join(scratch, name.replace(" ", "-"))
        remote = self.path + ".git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", remote], check=True)
        subprocess.run(["git", "init", "-q", "-b", "main", self.path], check=True)
        self.write("test_value.py", TEST)
        self.write("value.py", "VALUE = 0\n")
        self.write(".gatekeeper/config", POLICY)
        self.write(".gitignore", "__pycache__/\n")
        self.git("remote", "add", "origin", remote)
        self.commit()
        self.git("push", "-q", "origin", "main")

    def write(self, name, text, executable=False):
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        if executable:
            os.chmod(path, 0o755)

    def run(self, *command):
        result = subprocess.run(command, cwd=self.path, env=self.environment, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise SystemExit(f"error: {self.name}: {' '.join(command)}: {result.stdout}{result.stderr}")
        return result.stdout

    def git(self, *arguments):
        return self.run("git", *arguments)

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "-m", "a green commit")

    def push(self):
        began = time.monotonic()
        self.git("push", "-q", "origin", "main")
        return (time.monotonic() - began) * 1000


def ways(scratch, environment, tools):
    """The clones, each hooked in its way."""
    clones = {name: Clone(scratch, name, environment) for name in ("no hook", "gate, proven", "gate, first push", "shell hook")}
    clones["gate, proven"].git("gatekeeper", "install", "pre-push")
    clones["gate, first push"].git("gatekeeper", "install", "pre-push")
    clones["shell hook"].write(".git/hooks/pre-push", "#!/bin/sh\nexec " + " ".join(COMMAND) + "\n", True)
    if tools:
        command = " ".join(COMMAND)
        one = clones["pre-commit"] = Clone(scratch, "pre-commit", environment)
        one.write(
            ".pre-commit-config.yaml",
            "repos:\n- repo: local\n  hooks:\n  - id: tests\n    name: tests\n    language: system\n"
            f"    entry: {command}\n    pass_filenames: false\n    always_run: true\n    stages: [pre-push]\n",
        )
        one.commit()
        one.git("push", "-q", "origin", "main")
        one.run("pre-commit", "install", "--hook-type", "pre-push")
        two = clones["lefthook"] = Clone(scratch, "lefthook", environment)
        two.write("lefthook.yml", f"pre-push:\n  commands:\n    tests:\n      run: {command}\n")
        two.commit()
        two.git("push", "-q", "origin", "main")
        two.run("lefthook", "install")
    return clones


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gate", required=True)
    parser.add_argument("--tools")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", help="where the repositories are made; a file system in memory is steadier")
    options = parser.parse_args()
    path = [os.path.dirname(os.path.abspath(options.gate))]
    if options.tools:
        path.append(os.path.abspath(options.tools))
    scratch = tempfile.mkdtemp(prefix="gatekeeper-bench-", dir=options.folder)
    environment = {
        "PATH": ":".join(path + [os.environ["PATH"]]), "HOME": scratch, "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@localhost",
        "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@localhost",
    }
    try:
        clones = ways(scratch, environment, options.tools)
        times = {name: [] for name in clones}
        bare = []
        for number in range(options.rounds):
            for clone in random.sample(list(clones.values()), len(clones)):
                clone.write("value.py", f"VALUE = {number + 1}\n")
                clone.commit()
                if clone.name == "gate, proven":
                    clone.git("gatekeeper", "test", "-q", "--head", "HEAD")
                times[clone.name].append(clone.push())
            began = time.monotonic()
            clones["no hook"].run(*COMMAND)
            bare.append((time.monotonic() - began) * 1000)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    least = statistics.median(times["no hook"])
    tests = statistics.median(bare)
    print("| push of one commit | ms | added to a push without hook, ms | ratio |\n|---|---|---|---|")
    for name, values in sorted(times.items(), key=lambda item: statistics.median(item[1])):
        middle = statistics.median(values)
        print(f"| {name} | {middle:.1f} | {middle - least:.1f} | {middle / least:.2f} |")
    first = statistics.median(times["gate, first push"]) - least
    print(f"\nThe tests alone take {tests:.1f} ms; the first push adds {first:.1f} ms, {first / tests:.2f} times that.")


if __name__ == "__main__":
    main()
