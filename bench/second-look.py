#!/usr/bin/env python3
"""How often the second look asks a person about an honest repair.

    bench/second-look.py INSTANCES MIRRORS [--history N]

INSTANCES is a file of JSON lines, each a real repair: repo, fix_commit, parent_commit, source_files, test_files.
MIRRORS is a folder that holds a git directory for each repo, as <owner>+<name>/repo or <name>. With --history the last
N commits of each repository that change sources and tests together are taken as well: a repair or a new feature, which
is harder. The failing assertions are taken from what the commit adds to the tests, which is more than a run would show.
"""
import argparse, json, os, re, subprocess, sys, tempfile

SOURCE = (".py", ".js", ".mjs", ".ts", ".swift", ".rs", ".go", ".sh")
CHECK = re.compile(r"assert|expect|raises|throws|equal|#require", re.I)


def git(repo, *arguments):
    return subprocess.run(["git", "--git-dir", repo, *arguments], capture_output=True).stdout


def blob(repo, commit, path):
    done = subprocess.run(["git", "--git-dir", repo, "show", f"{commit}:{path}"], capture_output=True)
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def is_test(path):
    parts = path.lower().split("/")
    return any(p in ("test", "tests", "spec", "__tests__", "testing", "examples") for p in parts[:-1]) or bool(
        re.search(r"(^test_|_test\.|\.test\.|\.spec\.|tests?\.py$|conftest)", parts[-1])
    )


def is_contract(path):
    name = path.split("/")[-1]
    return is_test(path) or name in ("tox.ini", "conftest.py", "setup.cfg", "noxfile.py", "setup.py")


def repair(repo, name, parent, fix, sources, tests):
    added = git(repo, "diff", "-U0", parent, fix, "--", *tests).decode("utf-8", "replace")
    lines = [l[1:] for l in added.splitlines() if l.startswith("+") and not l.startswith("+++") and CHECK.search(l)]
    files = []
    for path in sources:
        after = blob(repo, fix, path)
        files.append({"path": path, "before": blob(repo, parent, path), "after": after or ""})
    everything = git(repo, "ls-tree", "-r", "--name-only", parent).decode("utf-8", "replace").splitlines()
    contract = {p for p in everything if is_contract(p)}
    contract |= {os.path.dirname(p) for p in contract if is_test(p) and os.path.dirname(p)}
    return {"name": name, "files": files, "assertions": lines[:200], "contractPaths": sorted(contract)}


def history(repo, most):
    found = []
    log = git(repo, "log", "--no-merges", "--format=%x00%H %P", "--name-only", "-n", str(most * 8), "HEAD")
    for entry in log.decode("utf-8", "replace").split("\0")[1:]:
        head, _, names = entry.partition("\n")
        commits = head.split()
        paths = [n for n in names.splitlines() if n]
        sources = [p for p in paths if p.endswith(SOURCE) and not is_contract(p)]
        tests = [p for p in paths if p.endswith(SOURCE) and is_test(p)]
        if len(commits) == 2 and sources and tests and len(sources) <= 10:
            found.append((commits[1], commits[0], sources, tests))
        if len(found) == most:
            break
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("instances")
    parser.add_argument("mirrors")
    parser.add_argument("--history", type=int, default=0)
    options = parser.parse_args()
    mirrors = os.path.abspath(options.mirrors)
    cases, repos = [], {}
    for line in open(options.instances):
        one = json.loads(line)
        places = [f"{mirrors}/{one['repo'].replace('/', '+')}/repo", f"{mirrors}/{one['repo'].split('/')[1]}"]
        repo = next((p for p in places if os.path.isdir(p)), None)
        if not repo:
            print(f"no mirror of {one['repo']}", file=sys.stderr)
            continue
        repos[one["repo"]] = repo
        name = "repair " + one["instance_id"]
        cases.append(repair(repo, name, one["parent_commit"], one["fix_commit"], one["source_files"], one["test_files"]))
    for label, repo in sorted(repos.items()):
        for parent, fix, sources, tests in history(repo, options.history):
            cases.append(repair(repo, f"history {label} {fix[:10]}", parent, fix, sources, tests))
    cases = [c for c in cases if any(f["before"] != f["after"] for f in c["files"])]
    with tempfile.TemporaryDirectory() as folder:
        for number, case in enumerate(cases):
            with open(f"{folder}/{number:05}.json", "w") as out:
                json.dump(case, out)
        command = ["swift", "test", "--disable-xctest", "--skip-build", "--filter", "SecondLookCorpusTests"]
        top = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
        environment = dict(os.environ, GATEKEEPER_SECOND_LOOK_CORPUS=folder)
        done = subprocess.run(command, cwd=top, env=environment, capture_output=True, text=True)
        if not os.path.exists(f"{folder}/findings.tsv"):
            sys.exit(done.stdout + done.stderr)
        rows = [line.rstrip("\n").split("\t") for line in open(f"{folder}/findings.tsv")]
    for kind in ("repair", "history"):
        mine = [r for r in rows if r[0].startswith(kind)]
        flagged = [r for r in mine if r[1] != "0"]
        for row in flagged:
            print(row[0], *row[2:], sep="\n    ")
        if mine:
            print(f"{kind}: {len(flagged)} of {len(mine)} are asked about, {100 * len(flagged) / len(mine):.1f} %")


main()
