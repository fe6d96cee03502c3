"""pytest plugin of git gatekeeper: writes what each test gave as JSON lines beside this file.

Loaded with ``-p gatekeeper_pytest``. Needs nothing but the standard library, and works with pytest 6 to 9, with and
without xdist (only the controlling process writes).
"""
import json
import os

import pytest

_FOLDER = os.path.dirname(os.path.abspath(__file__))
# Bound early: a test that replaces these in their modules does not change what is written.
_dumps, _open, _write, _getpid = json.dumps, os.open, os.write, os.getpid
_MESSAGE, _DETAIL = 2000, 16000
# The gate asks for the opposite order by a file; it is looked for before any code of the repository runs.
_REVERSED = os.path.exists(os.path.join(_FOLDER, "order"))


def _text(value, limit):
    try:
        text = str(value)
    except Exception as error:
        text = "<unprintable: %s>" % type(error).__name__
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= limit else text[: limit * 3 // 4] + "\n[...]\n" + text[-limit // 4 :]


def _take_wanted():
    """Paths of the only files whose tests are wanted; None for all of them.

    The list is there in every run, and gone before anything of the repository is loaded: code under test is not to
    learn from it which run it is in.
    """
    path = os.path.join(_FOLDER, "only.json")
    try:
        with open(path, encoding="utf-8") as file:
            wanted = json.load(file)
        os.unlink(path)
        return wanted
    except FileNotFoundError:
        return None


_WANTED = _take_wanted()


class _Recorder:
    def __init__(self, config):
        self.config = config
        self.pid = _getpid()
        self.session = None
        self.results = 0
        self.summary = {}
        name = "pytest-%d.jsonl" % self.pid
        self.file = _open(os.path.join(_FOLDER, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        patterns = [str(one) for one in config.getini("python_files")]
        self.put(kind="start", runner="pytest", version=pytest.__version__, patterns=patterns)

    def put(self, **record):
        # A process that a test forked must not write into the report of its parent.
        if _getpid() != self.pid:
            return
        data = (_dumps({k: v for k, v in record.items() if v is not None}) + "\n").encode("utf-8")
        while data:
            data = data[_write(self.file, data) :]

    def count(self, category):
        self.summary[category] = self.summary.get(category, 0) + 1

    def collected(self, ids, files):
        for start in range(0, len(files), 500):
            self.put(kind="collected", files=[_text(one, 4096) for one in files[start : start + 500]])
        for start in range(0, len(ids), 500):
            self.put(kind="collected", ids=[_text(one, 100000) for one in ids[start : start + 500]])

    # Hooks, in the order in which pytest calls them.

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session):
        self.session = session

    def pytest_collectreport(self, report):
        if report.failed:
            self.count("errors")
            self.put(
                kind="problem",
                problem="collection-failed",
                id=_text(report.nodeid, 100000) if report.nodeid else None,
                message="%s: %s" % (report.nodeid or "collection", _reason(report)),
                detail=_text(report.longrepr, _DETAIL),
            )

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session):
        # Under xdist the controller collects nothing itself.
        # Doctests and the items of linters stand in the code they test: those files hold no tests of their own.
        tests = [item for item in session.items if isinstance(item, pytest.Function)]
        files = sorted({str(getattr(item, "path", None) or item.fspath) for item in tests})
        self.collected([item.nodeid for item in session.items], files)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node):
        node.workerinput["gatekeeper_wanted"] = _WANTED

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, node, ids):
        # The items themselves are in the workers; names that only a test function can have have to do.
        tests = [one for one in ids if one.rpartition("::")[2].lower().startswith("test")]
        root = str(getattr(self.config, "rootpath", None) or self.config.rootdir)
        self.collected(list(ids), sorted({os.path.join(root, one.split("::")[0]) for one in tests}))

    def pytest_runtest_logreport(self, report):
        phase = report.when
        expected = hasattr(report, "wasxfail")
        message = None
        if report.outcome == "passed":
            outcome = "passed"
            if phase != "call":
                return
            if expected:
                message = _text("passes unexpectedly: %s" % report.wasxfail, _MESSAGE)
        elif report.outcome == "skipped":
            outcome = "skipped"
            message = _text("xfail: %s" % report.wasxfail, _MESSAGE) if expected else _reason(report)
        else:
            # Also for outcomes we do not know, such as the first tries that a rerun plugin reports.
            outcome = "failed" if phase == "call" else "errored"
            message = _reason(report)
        if getattr(report, "context", None) is not None and type(report).__name__.lower().startswith("subtest"):
            phase = "part"
            self.count("parts")
        self.count(_category(report, outcome, expected))
        path, line = _place(report, outcome)
        self.results += 1
        self.put(
            kind="result",
            id=_text(report.nodeid, 100000),
            outcome=outcome,
            phase=phase,
            message=message,
            detail=_text(report.longreprtext, _DETAIL) if outcome in ("failed", "errored") else None,
            file=path,
            line=line,
            seconds=getattr(report, "duration", None),
        )

    def pytest_internalerror(self, excrepr):
        lines = str(excrepr).strip().splitlines()
        self.put(kind="problem", problem="report-malformed", message=_text(lines[-1] if lines else "", _MESSAGE))

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config):
        session = self.session
        if session is None:
            return
        stopped = getattr(session, "shouldfail", None) or getattr(session, "shouldstop", None)
        self.put(
            kind="end",
            exit=int(getattr(session, "exitstatus", 3)),
            results=self.results,
            stopped=_text(stopped, _MESSAGE) if stopped else None,
            summary=self.summary,
        )


def _category(report, outcome, expected):
    if report.outcome == "skipped":
        return "xfailed" if expected else "skipped"
    if report.outcome == "passed":
        return "xpassed" if expected else "passed"
    if report.outcome != "failed":
        return "parts"
    return "failed" if outcome == "failed" else "errors"


def _reason(report):
    longrepr = getattr(report, "longrepr", None)
    if isinstance(longrepr, tuple) and len(longrepr) == 3:
        return _text(longrepr[2], _MESSAGE)
    crash = getattr(longrepr, "reprcrash", None)
    if crash is not None:
        return _text(crash.message, _MESSAGE)
    lines = [line for line in _text(longrepr, _DETAIL).splitlines() if line.strip()]
    # Errors of collection end with the exception; failures without a trace are one line.
    marked = [line[2:].strip() for line in lines if line.startswith("E ")]
    return _text(marked[-1] if marked else lines[-1] if lines else "", _MESSAGE)


def _place(report, outcome):
    crash = getattr(getattr(report, "longrepr", None), "reprcrash", None)
    here = os.path.join(os.getcwd(), "")
    # A failure raised inside a library outside the repository is placed at its test instead.
    if outcome in ("failed", "errored") and crash is not None and str(crash.path).startswith(here):
        return _text(crash.path, 4096), crash.lineno
    path, line, _ = report.location
    return _text(path, 4096), None if line is None else line + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    # A worker of xdist starts when the list is gone, and has it from its controller.
    wanted = getattr(config, "workerinput", {}).get("gatekeeper_wanted", _WANTED)
    if wanted is not None:
        others = [item for item in items if item.nodeid.split("::")[0] not in wanted]
        if others:
            items[:] = [item for item in items if item.nodeid.split("::")[0] in wanted]
            config.hook.pytest_deselected(items=others)
    # In every process that collects: under xdist the workers have to agree.
    if _REVERSED:
        items.reverse()


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        return
    config.pluginmanager.register(_Recorder(config), "gatekeeper-recorder")
