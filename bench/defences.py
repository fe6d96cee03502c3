#!/usr/bin/env python3
"""What each defence costs: the gate judges one real fix with all of them, and with one left out at a time.

usage: defences.py CLONE COMMITS.jsonl --repo OWNER/NAME [--gate PROGRAM] [--commit N] [--rounds N]

The arguments are those of real-repositories.py. Every round runs each way once, in an order that changes from round to
round; the table shows medians, and ratios to the bare test command, measured side by side.
"""

import argparse
import importlib.util
import json
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
WAYS = {
    "everything": {},
    "without tripwires": {"gatekeeper.tripwires": "off"},
    "without runs for flakiness": {"gatekeeper.flakyRuns": "0"},
    "without the second look": {"gatekeeper.secondLook": "off"},
    "without the sandbox": {"gatekeeper.sandbox": "off"},
}


def load():
    """The module beside this one, whose name is no Python name."""
    spec = importlib.util.spec_from_file_location("repositories", os.path.join(HERE, "real-repositories.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def timed(command, cwd, environment, text=None):
    began = time.monotonic()
    result = subprocess.run(command, cwd=cwd, input=text, capture_output=True, text=True, env=environment)
    return time.monotonic() - began, result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone")
    parser.add_argument("commits")
    parser.add_argument("--repo", required=True)
    parser.add_argument("--gate", default="git-gatekeeper")
    parser.add_argument("--commit", type=int, default=0, help="which of the repository's commits")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with open(options.commits) as file:
        rows = [row for row in map(json.loads, filter(str.strip, file)) if row.get("repo") == options.repo]
    scratch = tempfile.mkdtemp(prefix="gatekeeper-bench-")
    times = {"bare": [], **{way: [] for way in WAYS}}
    try:
        instance = load().Instance(os.path.abspath(options.clone), rows[options.commit], options.gate, scratch)
        command = rows[options.commit]["test_command"].split()
        for number in range(options.rounds):
            ways = ["bare", *WAYS]
            random.Random(number).shuffle(ways)
            for way in ways:
                if way == "bare":
                    seconds, _ = timed(command, instance.folder, instance.environment)
                else:
                    settings = [word for pair in WAYS[way].items() for word in ("-c", "=".join(pair))]
                    seconds, result = timed(
                        ["git", *settings, "gatekeeper", "judge", "-", "--quiet"],
                        instance.folder,
                        dict(os.environ, PATH=os.path.dirname(os.path.abspath(options.gate)) + ":" + os.environ["PATH"]),
                        instance.fix,
                    )
                    if result.returncode != 0:
                        raise SystemExit(f"{way}: {result.returncode}\n{result.stdout}{result.stderr}")
                times[way].append(seconds)
    finally:
        shutil.rmtree(scratch)
    bare = statistics.median(times["bare"])
    whole = statistics.median(times["everything"])
    print("| judging one fix | median, ms | bare command | everything |\n|---|---|---|---|")
    for way, seconds in times.items():
        median = statistics.median(seconds)
        print(f"| {way} | {median * 1000:.0f} | {median / bare:.1f}x | {median / whole:.2f}x |")


if __name__ == "__main__":
    main()
