"""Says which modules a Python process loaded from the user's own checkout instead of the staged tree.

Every Python of a run loads this as ``sitecustomize``; it is there only where no sandbox puts the staged tree at the
repository's own path.
"""
import atexit
import os
import sys

_FOLDER = os.path.dirname(os.path.abspath(__file__))


def _below(path, folders):
    return any(path.startswith(folder + os.sep) for folder in folders)


def _write():
    with open(os.path.join(_FOLDER, "gatekeeper_checkout"), errors="surrogateescape") as file:
        checkout, *carried = [os.path.realpath(line) for line in file.read().split("\n") if line]
    found = set()
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str):
            path = os.path.realpath(path)
            if _below(path, [checkout]) and not _below(path, carried):
                found.add(path[len(checkout) + 1 :])
    if found:
        name = os.path.join(_FOLDER, "elsewhere-%d" % os.getpid())
        with open(name, "a", errors="surrogateescape") as file:
            file.write("".join(path + "\n" for path in sorted(found)))


atexit.register(_write)
