#!/usr/bin/env python3
"""Measures what staging and running cost the gate beside what a user would do instead, in one run.

In a repository of many files, with candidates of five changed files:

  staging   bringing an existing worktree of the gate to a candidate, against `git worktree add` and against
            `git checkout` in an existing worktree
  overhead  `git gatekeeper test` over the bare test command, in that repository and in a small one

usage: staging.py [--files N] [--rounds N] [--gate PROGRAM] [--folder FOLDER]

Figures are medians in milliseconds; the ratios beside them are what to compare between machines.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time


def run(command, cwd, **options):
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True, **options)


def timed(function):
    began = time.perf_counter()
    function()
    return (time.perf_counter() - began) * 1000


def make_repository(folder, files):
    """A repository of `files` small files in folders of 200, and two commits that differ in five of them."""
    os.makedirs(folder)
    run(["git", "init", "-q", "-b", "main"], folder)
    run(["git", "config", "user.name", "bench"], folder)
    run(["git", "config", "user.email", "bench@example.com"], folder)
    for number in range(files):
        place = os.path.join(folder, f"d{number // 200}")
        os.makedirs(place, exist_ok=True)
        with open(os.path.join(place, f"f{number}.txt"), "w") as file:
            file.write(f"file {number}\n" * 60)
    with open(os.path.join(folder, "check.sh"), "w") as file:
        file.write("exit 1\n")
    run(["git", "add", "-A"], folder)
    run(["git", "commit", "-qm", "many files"], folder)
    run(["git", "checkout", "-q", "-b", "candidate"], folder)
    for number in range(5):
        with open(os.path.join(folder, f"d{number}", f"f{number * 200}.txt"), "a") as file:
            file.write("changed\n")
    run(["git", "commit", "-qam", "five files"], folder)
    run(["git", "checkout", "-q", "main"], folder)


def median(values):
    return statistics.median(values)


def bench_staging(folder, gate, rounds):
    adds, checkouts, stagings = [], [], []
    side = folder + "-side"
    for _ in range(max(2, rounds // 2)):
        adds.append(timed(lambda: run(["git", "worktree", "add", "--detach", side, "main"], folder)))
        run(["git", "worktree", "remove", "--force", side], folder)
    run(["git", "worktree", "add", "--detach", side, "main"], folder)
    command = ["--test-command", "sh check.sh", "--format", "json", "--quiet"]
    run_gate = lambda: subprocess.run(
        [gate, "judge", "candidate", *command], cwd=folder, capture_output=True, text=True
    )
    run_gate()
    for _ in range(rounds):
        checkouts.append(timed(lambda: run(["git", "checkout", "-q", "--detach", "candidate"], side)))
        checkouts.append(timed(lambda: run(["git", "checkout", "-q", "--detach", "main"], side)))
        record = json.loads(run_gate().stdout)
        stagings += [step["stagingSeconds"] * 1000 for step in record["steps"] if step["phase"].startswith("attempt")]
    run(["git", "worktree", "remove", "--force", side], folder)
    return median(adds), median(checkouts), median(stagings), record["sandbox"]["level"]


def bench_overhead(folder, gate, rounds):
    bare, gated = [], []
    command = "python3 -c pass"
    arguments = [gate, "test", "--test-command", command, "--quiet", "--fresh"]
    subprocess.run(arguments, cwd=folder, capture_output=True)
    for _ in range(rounds):
        bare.append(timed(lambda: run(command.split(), folder)))
        gated.append(timed(lambda: run(arguments, folder)))
    status = median([timed(lambda: run(["git", "status", "--porcelain"], folder)) for _ in range(rounds)])
    return median(bare), median(gated), status


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--gate", default="git-gatekeeper")
    parser.add_argument("--folder", help="where to work; a memory file system shows the least of the disk")
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="gatekeeper-bench-", dir=options.folder)
    try:
        large, small = os.path.join(scratch, "large"), os.path.join(scratch, "small")
        make_repository(large, options.files)
        make_repository(small, 1000)
        print(f"| staging a candidate of 5 files | {options.files} files, ms | ratio | 1000 files, ms | ratio |")
        print("|---|---|---|---|---|")
        rows = [bench_staging(place, options.gate, options.rounds) for place in (large, small)]
        for name, index in (("the gate", 2), ("git checkout in a worktree", 1), ("git worktree add", 0)):
            cells = " | ".join(f"{row[index]:.1f} | {row[index] / row[2]:.0f}x" for row in rows)
            print(f"| {name} | {cells} |")
        print(f"\nsandbox level: {rows[0][3]}\n")
        print("| overhead of `test` | bare command, ms | with the gate, ms | added, ms | of which git status alone |")
        print("|---|---|---|---|---|")
        for name, place in ((f"{options.files} files", large), ("1000 files", small)):
            bare, gated, status = bench_overhead(place, options.gate, options.rounds)
            print(f"| {name} | {bare:.1f} | {gated:.1f} | {gated - bare:.1f} | {status:.1f} |")
    finally:
        shutil.rmtree(scratch)


if __name__ == "__main__":
    main()
