#!/usr/bin/env python3
"""Finds bug fixes in a clone: commits whose own tests fail on their parent's sources and pass with the fix.

usage: find-fixes.py CLONE --repo NAME --language LANGUAGE --test-command COMMAND [options] > COMMITS.jsonl

A commit counts if its subject speaks of a fault, it is no merge, it changes one to five files of code that were there
before and at least one file of tests, and nothing else but documents. COMMAND runs its tests; `{tests}` stands for the
changed files of tests, `{names}` for their names without folders, `{folders}` for the folders they lie in. Each line of the answer is an object as
localisation.py and real-repositories.py read it.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ENDINGS = {
    "python": (".py",),
    "javascript": (".js", ".mjs", ".cjs", ".ts"),
    "go": (".go",),
    "rust": (".rs",),
}
IS_TEST = re.compile(r"(^|/)(tests?|__tests__|testdata|_test|fixtures|spec)/|(^|/)test_[^/]*$|[._]test\.[^/]*$|[._]spec\.[^/]*$|(^|/)conftest\.py$|(^|/)tests?\.[a-z]+$")
RUNNABLE = {
    "python": re.compile(r"(^|/)test_[^/]*\.py$|_test\.py$"),
    "javascript": re.compile(r"\.[cm]?[jt]s$"),
    "go": re.compile(r"_test\.go$|_test/|testdata/"),
    "rust": re.compile(r"\.rs$"),
}
IS_DOCUMENT = re.compile(
    r"\.(md|rst|txt|yml|yaml|toml|cfg|ini|json|lock)$|(^|/)(docs?|\.github|changes|news|dist|benchmarks?|examples)/|(^|/)(CHANGES|CHANGELOG|AUTHORS|NEWS|README|HISTORY)[^/]*$", re.I
)
SPEAKS_OF_A_FAULT = re.compile(r"fix|bug|issue|regress|crash|incorrect|wrong|broken|error|fail|should|handle|correct|#\d+", re.I)


def git(clone, *arguments, check=True):
    return subprocess.run(["git", "-C", clone, *arguments], capture_output=True, text=True, check=check).stdout


def candidates(clone, options):
    """Commits that look like a fix with its tests, newest first."""
    log = git(clone, "log", "--no-merges", "--no-renames", "--format=%x01%H %P%x00%ad%x00%s", "--date=short", "--name-status", f"--before={options.before}", options.revision)
    for block in log.split("\x01")[1:]:
        head, _, rest = block.partition("\n")
        ids, date, subject = head.split("\0")
        ids = ids.split()
        if len(ids) != 2 or not SPEAKS_OF_A_FAULT.search(subject):
            continue
        changes = [line.split("\t") for line in rest.splitlines() if "\t" in line]
        sources, tests, others = [], [], []
        for state, path in changes:
            if IS_TEST.search(path):
                tests.append((state, path))
            elif path.endswith(ENDINGS[options.language]) and not IS_DOCUMENT.search(path):
                sources.append((state, path))
            elif not IS_DOCUMENT.search(path):
                others.append(path)
        if others or not 1 <= len(sources) <= 5 or any(state != "M" for state, _ in sources):
            continue
        kept = [path for state, path in tests if state != "D"]
        if not any(RUNNABLE[options.language].search(path) for path in kept):
            continue
        yield {"fix": ids[0], "parent": ids[1], "date": date, "sources": [p for _, p in sources], "tests": kept}


def run_tests(folder, command, environment):
    try:
        return subprocess.run(shlex.split(command), cwd=folder, env=environment, capture_output=True, text=True, timeout=120).returncode
    except subprocess.TimeoutExpired:
        return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone")
    parser.add_argument("--repo", required=True, help="owner/name, as it stands in the answer")
    parser.add_argument("--language", required=True, choices=sorted(ENDINGS))
    parser.add_argument("--test-command", required=True)
    parser.add_argument("--pythonpath", action="append", default=[])
    parser.add_argument("--environment", action="append", default=[], help="NAME=value")
    parser.add_argument("--carry", action="append", default=[], help="folder copied into each checkout, such as node_modules")
    parser.add_argument("--revision", default="HEAD")
    parser.add_argument("--before", default="2100-01-01", help="only commits older than this date")
    parser.add_argument("--most", type=int, default=12, help="stop after so many")
    parser.add_argument("--tries", type=int, default=120, help="look at no more than so many candidates")
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="find-fixes-")
    folder = os.path.join(scratch, "tree")
    found = 0
    try:
        subprocess.run(["git", "clone", "-q", "--shared", "--no-checkout", os.path.abspath(options.clone), folder], check=True)
        environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
        environment.update(pair.split("=", 1) for pair in options.environment)
        environment["PYTHONPATH"] = ":".join(os.path.join(folder, path) for path in options.pythonpath)
        for number, one in enumerate(candidates(options.clone, options)):
            if number >= options.tries or found >= options.most:
                break
            runnable = [path for path in one["tests"] if RUNNABLE[options.language].search(path)]
            folders = sorted({"./" + os.path.dirname(path) for path in runnable})
            command = options.test_command.format(tests=" ".join(runnable), names=" ".join(map(os.path.basename, runnable)), folders=" ".join(folders))
            git(folder, "checkout", "-q", "--force", "--detach", one["parent"])
            git(folder, "clean", "-qfd", *[f"--exclude={name}" for name in options.carry])
            for name in options.carry:
                target = os.path.join(folder, os.path.basename(name))
                if not os.path.exists(target):
                    os.symlink(os.path.abspath(name), target)
            git(folder, "checkout", one["fix"], "--", *one["tests"])
            before = run_tests(folder, command, environment)
            if before not in (1, 2):
                continue
            git(folder, "checkout", one["fix"], "--", *one["sources"])
            if run_tests(folder, command, environment) != 0:
                continue
            found += 1
            print(
                json.dumps(
                    {
                        "instance_id": f"{options.repo.replace('/', '__')}-{one['fix'][:10]}",
                        "repo": options.repo,
                        "fix_commit": one["fix"],
                        "parent_commit": one["parent"],
                        "date": one["date"],
                        "source_files": one["sources"],
                        "test_files": one["tests"],
                        "test_command": command,
                        "pythonpath": options.pythonpath,
                        "environment": options.environment,
                        "carry": [os.path.basename(name) for name in options.carry],
                        "lang": options.language,
                    }
                ),
                flush=True,
            )
        print(f"{options.repo}: {found} fixes", file=sys.stderr)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
