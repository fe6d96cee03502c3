#!/usr/bin/env python3
"""Tries the gate on real bug-fix commits of a repository that somebody else wrote.

For each commit its tests are put on its parent's sources, and then

  test    must find exactly the ids that fail
  fix     `judge` must accept the sources of the real fix
  empty   `judge` must reject a change of nothing
  tests   `judge` must reject a change of the failing tests
  break   `judge` must reject the fix with one unrelated line removed

usage: real-repositories.py CLONE COMMITS.jsonl [--only N] [--gate PROGRAM] [--keep]

CLONE is a local clone with history. Each line of COMMITS.jsonl describes one commit as an object with the keys
fix_commit, parent_commit, source_files, test_files, test_command, FAIL_TO_PASS, and optionally instance_id, repo,
environment (NAME=value) and pythonpath; lines whose `repo` does not fit the clone's folder name (owner+name) are skipped when --repo is given.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time


def run(command, cwd, check=True, text=None, env=None):
    result = subprocess.run(command, cwd=cwd, input=text, capture_output=True, text=True, env=env)
    if check and result.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {result.returncode}\n{result.stderr}")
    return result


class Instance:
    """One bug-fix commit, laid out in a fresh clone."""

    def __init__(self, clone, data, gate, scratch):
        self.data = data
        self.gate = gate
        self.folder = os.path.join(scratch, "repository")
        run(["git", "clone", "-q", "--no-checkout", clone, self.folder], scratch)
        self.git("config", "user.name", "bench")
        self.git("config", "user.email", "bench@example.com")
        self.git("checkout", "-q", "--detach", data["parent_commit"])
        self.git("checkout", data["fix_commit"], "--", *data["test_files"])
        self.git("commit", "-qm", "the fix's tests on its parent's sources", "--allow-empty")
        self.git("config", "gatekeeper.check.test.command", data["test_command"])
        for setting in data.get("environment") or []:
            self.git("config", "--add", "gatekeeper.environment", setting)
        path = ":".join(data.get("pythonpath") or [])
        if path:
            self.git("config", "--add", "gatekeeper.environment", f"PYTHONPATH={path}")
        self.fix = self.git("diff", "--binary", data["parent_commit"], data["fix_commit"], "--", *data["source_files"])
        self.environment = dict(os.environ, PYTHONPATH=path, PYTHONDONTWRITEBYTECODE="1")

    def git(self, *arguments):
        return run(["git", *arguments], self.folder).stdout

    def gatekeeper(self, *arguments, text=None):
        result = run([self.gate, *arguments, "--format", "json", "--quiet"], self.folder, check=False, text=text)
        if not result.stdout.strip():
            raise SystemExit(f"{arguments}: {result.returncode}\n{result.stderr}")
        return result.returncode, json.loads(result.stdout)

    def red_tests(self):
        """Ids that the gate finds red, without repairing anything."""
        status, record = self.gatekeeper("test")
        return status, sorted(
            test
            for step in record["steps"]
            if step["phase"] == "head"
            for test, outcome in step["outcomes"].items()
            if outcome in ("failed", "errored")
        )

    def judge(self, patch):
        status, record = self.gatekeeper("judge", "-", text=patch)
        return status, [reason["code"] for reason in record["result"]["reasons"]], record

    def changed_tests(self):
        """A patch that takes the failing tests away."""
        victim = self.data["test_files"][0]
        with open(os.path.join(self.folder, victim), "a") as file:
            file.write("\n\n# changed by the candidate\n")
        patch = self.git("diff")
        self.git("checkout", "-q", "--", victim)
        return patch

    def broken_fix(self, seed=7, tries=60):
        """The fix with one line less somewhere, such that the targets pass and something else does not."""
        self.git("checkout", "-q", "-B", "broken")
        run(["git", "apply", "--index", "-"], self.folder, text=self.fix)
        targets = set(self.data["FAIL_TO_PASS"])
        lines = self.removable(self.data["source_files"], seed)[: tries // 3]
        # Where no line of the fixed files will do, any other source file of the same language may lose one.
        endings = {os.path.splitext(name)[1] for name in self.data["source_files"]}
        others = [
            name
            for name in self.git("ls-files").splitlines()
            if os.path.splitext(name)[1] in endings and name not in self.data["source_files"] and "test" not in name
        ]
        lines += self.removable(others, seed)[: tries - len(lines)]
        try:
            for name, number in lines:
                path = os.path.join(self.folder, name)
                with open(path) as file:
                    content = file.readlines()
                indent = content[number][: len(content[number]) - len(content[number].lstrip())]
                filler = indent + ("pass\n" if name.endswith(".py") else ";\n")
                with open(path, "w") as file:
                    file.writelines(content[:number] + [filler] + content[number + 1 :])
                if self.breaks_others(targets):
                    return self.git("diff", "HEAD")
                with open(path, "w") as file:
                    file.writelines(content)
            return None
        finally:
            self.git("reset", "-q", "--hard")
            self.git("checkout", "-q", "--detach")

    def removable(self, names, seed):
        """Indented lines of some files, shuffled: what may be taken away without breaking the syntax."""
        lines = []
        for name in names:
            path = os.path.join(self.folder, name)
            if os.path.exists(path):
                with open(path) as file:
                    content = file.readlines()
                lines += [(name, number) for number, line in enumerate(content) if line.strip() and line[0] in " \t"]
        random.Random(seed).shuffle(lines)
        return lines

    def breaks_others(self, targets):
        """Whether the working tree passes every target and fails something else, by the gate's own test run."""
        status, red = self.red_tests()
        return status == 1 and red and not targets.intersection(red)


def twins(record):
    """How many targets of an accepted fix failed where something wrong is expected, of how many."""
    found = [one for attempt in record["attempts"][-1:] for one in attempt["tripwires"] if one["kind"] == "twin"]
    return f"{sum(one['state'] == 'held' for one in found)} of {len(found)}"


def examine(instance):
    data = instance.data
    row = {"instance": data.get("instance_id", data["fix_commit"][:10])}
    began = time.monotonic()
    status, red = instance.red_tests()
    row["test"] = "exact" if status == 1 and red == sorted(data["FAIL_TO_PASS"]) else f"{status}: {red}"
    status, codes, record = instance.judge(instance.fix)
    row["fix"] = "accepted" if status == 0 else f"{status}: {codes[:3]}"
    row["twins"] = twins(record)
    status, record = instance.gatekeeper("judge", "HEAD")
    row["empty"] = "rejected" if status == 1 else f"{status}"
    status, codes, _ = instance.judge(instance.changed_tests())
    row["tests"] = "rejected" if status == 1 and any("admission" in code for code in codes) else f"{status}: {codes}"
    broken = instance.broken_fix()
    if broken is None:
        row["break"] = "no such line found"
    else:
        status, codes, _ = instance.judge(broken)
        row["break"] = "rejected" if status == 1 and any("p2p" in code or "ids" in code for code in codes) else f"{status}: {codes}"
    row["seconds"] = f"{time.monotonic() - began:.0f}"
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone")
    parser.add_argument("commits")
    parser.add_argument("--repo", help="only lines with this value of `repo`")
    parser.add_argument("--only", type=int, default=1000, help="at most so many commits")
    parser.add_argument("--gate", default="git-gatekeeper")
    parser.add_argument("--keep", action="store_true", help="leave the scratch folders")
    options = parser.parse_args()
    with open(options.commits) as file:
        rows = [json.loads(line) for line in file if line.strip()]
    rows = [row for row in rows if "fix_commit" in row and options.repo in (None, row.get("repo"))]
    expected = {"test": "exact", "fix": "accepted", "empty": "rejected", "tests": "rejected", "break": "rejected"}
    failures = 0
    print("| commit | " + " | ".join(expected) + " | twins | s |\n|---|" + "---|" * (len(expected) + 2))
    for data in rows[: options.only]:
        scratch = tempfile.mkdtemp(prefix="gatekeeper-bench-")
        try:
            row = examine(Instance(os.path.abspath(options.clone), data, options.gate, scratch))
        finally:
            if not options.keep:
                shutil.rmtree(scratch)
        failures += any(row[key] != value for key, value in expected.items())
        print("| " + " | ".join([row["instance"], *(row[key] for key in expected), row["twins"], row["seconds"]]) + " |", flush=True)
    print(f"\n{min(len(rows), options.only) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
