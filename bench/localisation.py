#!/usr/bin/env python3
"""Measures how often the context of a failure holds the files that the real fix touched.

For each commit its tests are put on its parent's sources and committed, so that no delta tells where to look. Then
`build-context --tokens N` says what a backend would be shown, and that is compared with the real fix:

  files   every file of code that the fix touched is in the context
  lines   every line that the fix changed is among the lines shown of it

beside two baselines, each filled to the same budget with whole files, the last one cut, for code alone:

  trace   files named in the output of the failing tests, the last named first
  recent  files of code in the order in which history last changed them

usage: localisation.py --clone DIR --commits FILE [--clone DIR --commits FILE ...] [options]

DIR is a local clone, bare or not, FILE one JSON object a line with the keys repo, fix_commit, parent_commit,
source_files, test_files, test_command, and optionally instance_id, pythonpath, environment (NAME=value), left_out (folders without
which it is tried). Where lines of
a FILE belong to several repositories, only those are taken whose `repo` is the clone's folder name with `+` for `/`, or
the name given with --repo in the same place.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

CODE = re.compile(r"\.(py|[cm]?jsx?|[cm]?tsx?|go|rs|swift|java|kt|rb|c|h|cc|cpp|hpp|sh)$")
TEST = re.compile(r"(^|/)(tests?|__tests__|spec|testdata)/|(^|/)test_[^/]*$|[._]test\.[^/]*$|[._]spec\.[^/]*$|(^|/)conftest\.py$")


def run(command, cwd, check=True):
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, errors="replace")
    if check and result.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {result.returncode}\n{result.stderr[-2000:]}")
    return result


class Instance:
    """One fix, laid out in a clone of its own."""

    def __init__(self, clone, data, gate, scratch):
        self.data, self.gate = data, gate
        self.folder = os.path.join(scratch, "repository")
        run(["git", "clone", "-q", "--shared", "--no-checkout", clone, self.folder], scratch)
        for key, value in (("user.name", "bench"), ("user.email", "bench@example.com"), ("gatekeeper.flakyRuns", "0")):
            self.git("config", key, value)
        if data.get("left_out"):
            self.git("sparse-checkout", "set", "--no-cone", "/*", *[f"!/{folder}" for folder in data["left_out"]])
        self.git("checkout", "-q", "--detach", data["parent_commit"])
        # Upstream's own history is what 'recent' looks at, and the commit of the tests is not part of it.
        self.git("checkout", "-q", data["fix_commit"], "--", *data["test_files"])
        # A clone may lack objects of folders that are left out.
        for folder in data.get("left_out") or []:
            self.git("rm", "-rq", "--cached", "--sparse", "--ignore-unmatch", folder)
            shutil.rmtree(os.path.join(self.folder, folder), ignore_errors=True)
        self.git("commit", "-qm", "the fix's tests on its parent's sources", "--allow-empty")
        self.git("config", "gatekeeper.check.test.command", data["test_command"])
        settings = list(data.get("environment") or [])
        if data.get("pythonpath"):
            settings.append("PYTHONPATH=" + ":".join(data["pythonpath"]))
        for setting in settings:
            self.git("config", "--add", "gatekeeper.environment", setting)

    def git(self, *arguments):
        return run(["git", *arguments], self.folder).stdout

    def context(self, tokens):
        result = run([self.gate, "build-context", "--tokens", str(tokens), "--format", "json", "--quiet"], self.folder, check=False)
        if not result.stdout.strip():
            raise RuntimeError(f"build-context: {result.returncode}\n{result.stderr[-1000:]}")
        answer = json.loads(result.stdout)
        if not answer.get("contents"):
            raise RuntimeError(f"no context: {answer['verdict']}")
        shown = {}
        for file in answer["contents"]["files"]:
            whole = [[1, max(1, file["lineCount"])]]
            shown[file["path"]] = file["lines"] if file.get("lines") is not None else whole
        assert answer["bytes"] <= tokens * 4, "the budget was not kept"
        return answer["run"], shown

    def changed_lines(self):
        """Old lines that the fix changes, by file; where it only adds, the line before."""
        changed = collections.defaultdict(list)
        path = None
        for line in self.git("diff", "-U0", "--no-renames", self.data["parent_commit"], self.data["fix_commit"], "--", *self.data["source_files"]).splitlines():
            if line.startswith("--- "):
                path = line[6:]
            match = re.match(r"@@ -(\d+)(?:,(\d+))? ", line)
            if match and path:
                start, count = int(match[1]), int(match[2] or 1)
                changed[path].append((max(1, start), max(1, start + max(count, 1) - 1)))
        return changed

    def sizes(self):
        sizes = {}
        for line in self.git("ls-tree", "-r", "-l", "HEAD").splitlines():
            head, path = line.split("\t", 1)
            size = head.split()[3]
            if size != "-" and CODE.search(path) and not TEST.search(path):
                sizes[path] = int(size)
        return sizes

    def named_in_trace(self, run_id, sizes):
        record = json.loads(run([self.gate, "show", run_id, "record.json"], self.folder).stdout)
        text = ""
        for step in record["steps"]:
            for key in ("standardOutput", "standardError"):
                if step.get(key):
                    text += run([self.gate, "show", run_id, step[key]], self.folder).stdout + "\n"
        found = []
        for word in re.findall(r"[\w@%+./\\-]+", text):
            word = word.split(self.folder + "/")[-1].lstrip("./")
            while word and word not in sizes and "/" in word and word.startswith("/"):
                word = word[1:]
            if word in sizes:
                found.append(word)
        return list(dict.fromkeys(reversed(found)))

    def recently_changed(self, sizes):
        log = self.git("log", "--no-merges", "--name-only", "--format=", "-n", "3000", self.data["parent_commit"])
        return list(dict.fromkeys(path for path in log.splitlines() if path in sizes))


def filled(paths, sizes, tokens):
    """Whole files until the budget is used up; the last one is cut, and counts."""
    left, shown = tokens * 4, set()
    for path in paths:
        if left <= 0:
            break
        shown.add(path)
        left -= sizes[path]
    return shown


def covers(shown, changed):
    return all(
        any(first <= start and end <= last for first, last in shown.get(path, []))
        for path, ranges in changed.items()
        for start, end in ranges
    )


def examine(clone, data, options):
    scratch = tempfile.mkdtemp(prefix="localisation-")
    name = data.get("instance_id", data["fix_commit"][:10])
    try:
        instance = Instance(clone, data, options.gate, scratch)
        wanted, changed, sizes = set(data["source_files"]), instance.changed_lines(), instance.sizes()
        row, trace, recent = {}, None, instance.recently_changed(sizes)
        for tokens in options.tokens:
            run_id, shown = instance.context(tokens)
            trace = trace if trace is not None else instance.named_in_trace(run_id, sizes)
            row[tokens] = {
                "files": wanted <= set(shown),
                "lines": covers(shown, changed),
                "trace": wanted <= filled(trace, sizes, tokens),
                "recent": wanted <= filled(recent, sizes, tokens),
            }
            if options.verbose:
                missing = sorted(wanted - set(shown))
                code = [path for path in shown if path in sizes]
                places = {path: code.index(path) + 1 for path in wanted if path in code}
                print(f"{name} {tokens}: {'all' if not missing else 'missing ' + ', '.join(missing)} {places} of {len(code)}{'' if row[tokens]['lines'] else ' lines missing'}", file=sys.stderr, flush=True)
        return data["repo"], name, row
    except (RuntimeError, AssertionError, KeyError, ValueError) as error:
        print(f"{name}: {error}", file=sys.stderr, flush=True)
        return data["repo"], name, None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def table(rows, options, title):
    columns = ["files", "lines", "trace", "recent"]
    heads = [f"{column} {tokens // 1000}k" for tokens in options.tokens for column in columns]
    print(f"| {title} | fixes | " + " | ".join(heads) + " |\n|---|" + "---|" * (len(heads) + 1))
    by_repo = collections.defaultdict(list)
    for repo, _, row in rows:
        by_repo[repo].append(row)
    groups = [(repo, by_repo[repo]) for repo in sorted(by_repo)] + [("all", [row for _, _, row in rows])]
    for name, group in groups:
        cells = []
        for tokens in options.tokens:
            for column in columns:
                hits = sum(row[tokens][column] for row in group)
                cells.append(f"{hits}" if name != "all" else f"{100 * hits / max(1, len(group)):.0f} %")
        print(f"| {name} | {len(group)} | " + " | ".join(cells) + " |")
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clone", action="append", required=True)
    parser.add_argument("--commits", action="append", required=True)
    parser.add_argument("--repo", action="append", default=[])
    parser.add_argument("--held-out", action="append", default=[], help="owner/name; shown in a table of their own")
    parser.add_argument("--tokens", type=int, action="append")
    parser.add_argument("--gate", default="git-gatekeeper")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="say on standard error what was missed")
    options = parser.parse_args()
    options.tokens = options.tokens or [4000, 8000, 32000]
    options.gate = os.path.abspath(options.gate) if os.sep in options.gate else options.gate
    if len(options.clone) != len(options.commits):
        parser.error("as many --clone as --commits are needed")
    work, unread = [], 0
    for index, (clone, commits) in enumerate(zip(options.clone, options.commits)):
        clone = os.path.abspath(clone)
        names = {options.repo[index]} if index < len(options.repo) else {part.replace("+", "/") for part in clone.split(os.sep)}
        with open(commits) as file:
            lines = [json.loads(line) for line in file if line.strip()]
        work += [(clone, data) for data in lines if data.get("repo") in names and data.get("lang") != "swift"]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda one: examine(*one, options), work))
    rows = [row for row in results if row[2] is not None]
    held = [row for row in rows if row[0] in options.held_out]
    table([row for row in rows if row[0] not in options.held_out], options, "repository")
    if held:
        table(held, options, "held out")
    print(f"{len(rows)} passed, {len(results) - len(rows)} failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
