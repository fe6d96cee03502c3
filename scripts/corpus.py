#!/usr/bin/env python3
"""Prints the table of the corpus from what its tests wrote, and ends with 1 where anything is not as it must be.

    python3 scripts/corpus.py [--partial] [.build/reports/corpus.jsonl]
"""
import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CASES = os.path.join(ROOT, "Tests", "Corpus", "cases")
# What a line may say. The rest is a failure, and makes this program end with 1.
GOOD = {"right", "awaiting", "harmed", "bites", "needed", "naive", "not-applicable", "lacking"}
LEVELS = ["overlay", "namespaces", "process"]
# The beginning of an id says which part of the corpus it belongs to.
PARTS = [("PY", "cheats"), ("JS", "cheats"), ("SH", "cheats"), ("GEN", "cheats"), ("HP", "hostile patches"),
         ("EN", "hostile code"), ("IN", "hostile text"), ("GS", "states of git"), ("C", "controls")]


def part(case):
    return next(name for beginning, name in PARTS if case.startswith(beginning))


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def defences():
    """Names of the switches, as the source has them."""
    with open(os.path.join(ROOT, "Sources", "GateCore", "Support", "Defence.swift"), encoding="utf-8") as file:
        return re.findall(r'^    case \w+ = "([a-z-]+)"', file.read(), re.M)


def table(head, rows):
    widths = [max(len(str(row[column])) for row in [head] + rows) for column in range(len(head))]
    for row in [head] + rows:
        cells = [str(cell).ljust(width) if column == 0 else str(cell).rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())
    print()


def counts(lines):
    """Cases, stopped or let through as they must be, awaiting, not applicable or lacking, false accepts and rejects."""
    def having(*results):
        return len({line["id"] for line in lines if line["result"] in results})
    cases = len({line["id"] for line in lines})
    return [cases, having("right"), having("awaiting"), having("not-applicable", "lacking"),
            having("false-accept", "harm"), having("false-reject"), having("otherwise")]


def main():
    arguments = sys.argv[1:]
    partial = "--partial" in arguments
    arguments = [word for word in arguments if word != "--partial"]
    lines = read(arguments[0] if arguments else os.path.join(ROOT, ".build", "reports", "corpus.jsonl"))
    judged = [line for line in lines if not line["without"]]
    off = [line for line in lines if line["result"] in ("bites", "blunt")]
    naive = [line for line in lines if line["result"] in ("naive", "not-naive")]
    strongest = [line for line in judged if line["level"] not in LEVELS[1:]]
    # A case that is run at one weaker level only is counted there.
    strong = {line["id"] for line in strongest}
    main_lines = strongest + [line for line in judged if line["id"] not in strong]

    head = ["", "cases", "as due", "awaiting", "not run", "false accepts", "false rejects", "otherwise"]
    parts = list(dict.fromkeys(name for _, name in PARTS))
    print("By part, at the strongest level of isolation:")
    table(head, [[name] + counts([line for line in main_lines if part(line["id"]) == name]) for name in parts]
          + [["all"] + counts(main_lines)])
    classes = sorted({line["class"] for line in main_lines})
    print("By class:")
    table(head, [[name] + counts([line for line in main_lines if line["class"] == name]) for name in classes])

    about = {line["id"] for line in judged if line["level"] in LEVELS[1:]}
    rows = []
    for level in LEVELS:
        at = [line for line in judged if line["id"] in about and line["level"] == level]
        if at:
            harmed = sorted({line["id"] for line in at if line["result"] == "harmed"})
            rows.append([level, len(at), len([1 for line in at if line["result"] == "right"]),
                         len([1 for line in at if line["result"] == "awaiting"]), len(harmed), " ".join(harmed)])
    if rows:
        print("What depends on isolation, by level (harmed: hostile code did what it wanted, as is known of that level):")
        table(["", "cases", "as due", "awaiting", "harmed", ""], rows)

    print("Defences, by the cases that are accepted wrongly without them (alone, or with others that stop the same):")
    names = sorted({name for line in off for name in line["without"]})
    table(["", "alone", "with others", "example"], [
        [name,
         len({line["id"] for line in off if line["without"] == [name] and line["result"] == "bites"}),
         len({line["id"] for line in off if name in line["without"] and len(line["without"]) > 1
              and line["result"] == "bites"}),
         min((line["id"] for line in off if name in line["without"]), key=len, default="")] for name in names])

    lacking = sorted(set(defences()) - set(names))
    if lacking and not partial:
        print("Defences that no case shows yet: %s\n" % ", ".join(lacking))

    for title, wanted in [("Awaiting a defence that is not there yet:", "awaiting"),
                          ("Not applicable yet:", "not-applicable"), ("Not run, for want of a program:", "lacking")]:
        found = {(line["id"], line["title"], line["note"]) for line in judged if line["result"] == wanted}
        if found:
            print(title)
            for case, name, note in sorted(found):
                print("  %-6s %s (%s)" % (case, name, note))
            print()

    bad = [line for line in lines if line["result"] not in GOOD]
    for line in sorted(bad, key=lambda line: line["id"]):
        without = " without " + ", ".join(line["without"]) if line["without"] else ""
        print("wrong: %s%s at %s: %s, %s %s %s" % (line["id"], without, line["level"] or "no level", line["result"],
                                                   line["verdict"], line["codes"], line["harms"]))
    missing = [] if partial else sorted(set(os.listdir(CASES)) - {line["id"] for line in judged})
    for case in missing:
        print("wrong: %s was not run" % case)
    if naive:
        hostile = [line for line in naive if line["class"] != "control"]
        print("A gate of exit status alone accepts %d of %d hostile cases and cheats."
              % (len([1 for line in hostile if line["note"] == "accepted"]), len(hostile)))
    total = counts(main_lines)
    bites = len({line["id"] for line in off if line["result"] == "bites"})
    print("%d cases: %d as due, %d awaiting, %d not run; %d false accepts, %d false rejects; %d bite without their defences"
          % (total[0], total[1], total[2], total[3], total[4], total[5], bites))
    return 1 if bad or missing else 0


sys.exit(main())
