#!/usr/bin/env python3
"""What isolation costs: one command, plain and at every level, and at the strongest level without one defence each.

The levels and switches are those of a debug build, so the gate itself is slower here than a release build is; what is
compared is the same program with and without. Every round runs all variants once, in an order of its own, and a ratio
is the median of the ratios to the plain command of the same round.

usage: sandbox.py [--gate PROGRAM] [--rounds N]
"""
import argparse
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time

LEVELS = ["overlay", "namespaces", "process"]
DEFENCES = ["environment", "bytecode", "loaded-from", "limits", "contract", "sandbox"]


def repository(folder, files, command):
    environment = dict(os.environ, GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
    os.makedirs(os.path.join(folder, ".gatekeeper"))
    with open(os.path.join(folder, ".gatekeeper/config"), "w") as file:
        file.write('[gatekeeper "check.test"]\n\tcommand = %s\n' % command)
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "a suite"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git"] + identity + words, cwd=folder, env=environment, check=True)
    # Without isolation the gate runs what a file names only where somebody said so.
    trust = ["git", "config", "gatekeeper.trust.commands", "always"]
    subprocess.run(trust, cwd=folder, env=environment, check=True)
    return folder


def python_suite():
    files = {"pkg/__init__.py": "def double(a):\n    return 2 * a\n", "tests/__init__.py": ""}
    # What the plain command leaves behind is nothing to be judged.
    files[".gitignore"] = "__pycache__/\n.pytest_cache/\n"
    for number in range(20):
        files["tests/test_%d.py" % number] = "import pkg\n\n" + "".join(
            "def test_%d():\n    assert pkg.double(%d) == %d\n\n" % (one, one, 2 * one) for one in range(50)
        )
    return files


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gate", default=".build/debug/git-gatekeeper")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    gate = os.path.abspath(options.gate)
    suites = [
        ("pytest, 1000 tests", python_suite(), "python3 -m pytest -q"),
    ]
    for title, files, command in suites:
        if shutil.which(command.split()[0]) is None:
            continue
        folder = tempfile.mkdtemp(prefix="gatekeeper-bench-")
        try:
            measure(title, repository(os.path.join(folder, "repo"), files, command), command, gate, options.rounds)
        finally:
            shutil.rmtree(folder)


def measure(title, folder, command, gate, rounds):
    test = [gate, "test", "--fresh"]
    variants = {"the command alone": (command.split(), {})}
    for level in LEVELS:
        variants["level `%s`" % level] = (test, {"GIT_GATEKEEPER_SANDBOX_LEVEL": level})
    for defence in DEFENCES:
        variants["strongest level without `%s`" % defence] = (test, {"GIT_GATEKEEPER_WITHOUT": defence})
    # The gate hands down little of an environment, and some of the rest makes programs slower (NODE_EXTRA_CA_CERTS).
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYENV_ROOT")}
    times = {name: [] for name in variants}
    for number in range(rounds + 1):
        order = list(variants)
        random.Random(number).shuffle(order)
        for name in order:
            words, extra = variants[name]
            began = time.perf_counter()
            result = subprocess.run(
                words, cwd=folder, env=dict(environment, **extra), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            took = time.perf_counter() - began
            if result.returncode != 0:
                raise SystemExit("%s: exit %d\n%s" % (name, result.returncode, result.stdout.decode()))
            # The first round warms caches and is not counted.
            if number:
                times[name].append(took)
    plain = times["the command alone"]
    print("| %s | median, ms | ratio |\n|---|---|---|" % title)
    for name, all_times in times.items():
        ratio = statistics.median(one / base for one, base in zip(all_times, plain))
        print("| %s | %.0f | %.2fx |" % (name, 1000 * statistics.median(all_times), ratio))
    print()


if __name__ == "__main__":
    main()
