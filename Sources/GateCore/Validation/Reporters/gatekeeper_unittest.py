"""Runs unittest as ``python -m unittest`` does, and writes what each test gave as JSON lines beside this file."""
import json
import os
import sys
import unittest

__unittest = True

_FOLDER = os.path.dirname(os.path.abspath(__file__))
# Bound early: a test that replaces these in their modules does not change what is written.
_dumps, _open, _write, _getpid = json.dumps, os.open, os.write, os.getpid
_MESSAGE, _DETAIL = 2000, 16000
# The gate asks for the opposite order by a file; it is looked for before any code of the repository runs.
_REVERSED = os.path.exists(os.path.join(_FOLDER, "order"))
_ORDER = ["passed", "skipped", "failed", "errored"]


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


class Recorder:
    def __init__(self):
        self.pid = _getpid()
        self.results = 0
        self.ids = []
        self.reported = set()
        name = "unittest-%d.jsonl" % self.pid
        self.file = _open(os.path.join(_FOLDER, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        self.put(kind="start", runner="unittest", version=sys.version.split()[0])

    def put(self, **record):
        # A process that a test forked must not write into the report of its parent.
        if _getpid() != self.pid:
            return
        data = (_dumps({k: v for k, v in record.items() if v is not None}) + "\n").encode("utf-8")
        while data:
            data = data[_write(self.file, data) :]

    def result(self, **record):
        self.results += 1
        self.reported.add(record["id"])
        self.put(kind="result", **record)

    def collect(self, suite):
        tests = [test for test in _flat(suite) if not _is_placeholder(test)]
        self.ids = [_text(test.id(), 100000) for test in tests]
        files = sorted({one for one in map(_module_file, tests) if one})
        for start in range(0, len(files), 500):
            self.put(kind="collected", files=[_text(one, 4096) for one in files[start : start + 500]])
        for start in range(0, len(self.ids), 500):
            self.put(kind="collected", ids=self.ids[start : start + 500])


def _flat(suite):
    try:
        parts = iter(suite)
    except TypeError:
        yield suite
        return
    for part in parts:
        if part is not None:
            yield from _flat(part)


def _reverse(suite):
    """Turns the order around at every level, so that tests of one class and module stay together."""
    tests = getattr(suite, "_tests", None)
    if isinstance(tests, list):
        tests.reverse()
        for one in tests:
            _reverse(one)


def _is_placeholder(test):
    """Whether unittest made this up in place of what it could not load."""
    return type(test).__module__ == "unittest.loader" and type(test).__name__ in ("_FailedTest", "ModuleSkipped")


RECORDER = Recorder()


class Result(unittest.TextTestResult):
    """Writes one record when a test stops: the worst of what was said about it."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self._said = []

    def startTest(self, test):
        self._said = []
        super().startTest(test)

    def stopTest(self, test):
        super().stopTest(test)
        # Python 3.12.1 stops tests that a decorator skips without having started them.
        said, self._said = self._said, []
        if _is_placeholder(test):
            return
        if not said and sys.exc_info()[0] is not None:
            # The run ends here, by an interrupt or because nobody reads its console any more; the test gave nothing.
            return
        outcome, message, detail, line = "errored", "unittest says nothing about this test", None, None
        if said:
            outcome, message, detail, line = max(said, key=lambda one: _ORDER.index(one[0]))
        RECORDER.result(
            id=_text(test.id(), 100000),
            outcome=outcome,
            message=message,
            detail=detail,
            file=_file_of(test),
            line=line or _line_of(test),
        )

    def _say(self, test, outcome, message=None, err=None):
        detail = line = None
        if err is not None:
            message = "%s: %s" % (err[0].__name__, _text(err[1], _MESSAGE))
            detail = _text(self._exc_info_to_string(err, test), _DETAIL)
            line = _line_in_trace(err[2], _module_file(test))
        message = _text(message, _MESSAGE) if message else None
        if hasattr(test, "test_case"):
            test = test.test_case
        if _is_placeholder(test):
            if outcome == "errored":
                name = test.id().replace("unittest.loader._FailedTest.", "", 1)
                lines = [each for each in (detail or "").splitlines() if each.strip()]
                RECORDER.put(
                    kind="problem",
                    problem="collection-failed",
                    id=_text(name, 100000),
                    message=_text("%s: %s" % (name, lines[-1] if lines else message), _MESSAGE),
                )
        elif type(test).__name__ == "_ErrorHolder":
            self._say_of_group(test.id(), outcome, message, detail)
        else:
            self._said.append((outcome, message, detail, line))

    def _say_of_group(self, name, outcome, message, detail):
        """setUpClass and its like have no test of their own: what they gave belongs to each test they stand for."""
        group = name.partition("(")[2].rpartition(")")[0]
        prefix = group + "."
        for one in RECORDER.ids:
            if not one.startswith(prefix) or (outcome == "skipped" and one in RECORDER.reported):
                continue
            if name.startswith("setUp") and one in RECORDER.reported:
                continue
            RECORDER.result(
                id=one,
                outcome=outcome,
                phase=name.partition(" ")[0],
                message=_text("%s: %s" % (name, message), _MESSAGE),
                detail=detail,
            )

    def addSuccess(self, test):
        super().addSuccess(test)
        self._say(test, "passed")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._say(test, "failed", err=err)

    def addError(self, test, err):
        super().addError(test, err)
        self._say(test, "errored", err=err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._say(test, "skipped", message=reason)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self._say(test, "skipped", message="fails as expected")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._say(test, "failed", message="passes, though it is marked as an expected failure")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is None:
            self._say(test, "passed")
            return
        failed = issubclass(err[0], test.failureException)
        self._say(subtest, "failed" if failed else "errored", err=err)


class Runner(unittest.TextTestRunner):
    resultclass = Result
    finished = None

    def run(self, test):
        test = _only_wanted(test)
        if _REVERSED:
            _reverse(test)
        RECORDER.collect(test)
        Runner.finished = None
        result = super().run(test)
        Runner.finished = result
        return result


def _only_wanted(suite):
    """The tests of the files that the gate names, where it names some."""
    if _WANTED is None:
        return suite
    wanted = {os.path.abspath(path) for path in _WANTED}
    return unittest.TestSuite(test for test in _flat(suite) if _module_file(test) in wanted)


def _module_file(test):
    module = sys.modules.get(type(getattr(test, "test_case", test)).__module__)
    return getattr(module, "__file__", None)


def _file_of(test):
    path = _module_file(test)
    return None if path is None else _text(path, 4096)


def _line_of(test):
    method = getattr(test, getattr(test, "_testMethodName", ""), None)
    method = getattr(method, "__func__", method)
    # Decorators of unittest leave the method they wrap here.
    code = getattr(getattr(method, "__wrapped__", method), "__code__", None)
    return None if code is None else code.co_firstlineno


def _line_in_trace(trace, path):
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _main():
    # As with -m: the working directory comes first on the path, and this file's folder not at all.
    if not getattr(sys.flags, "safe_path", False) and not sys.flags.isolated:
        sys.path[0] = os.getcwd()
    sys.argv[0] = os.path.basename(sys.executable or "python") + " -m unittest"
    code = 0
    try:
        unittest.main(module=None, testRunner=Runner)
    except SystemExit as exit:
        code = exit.code
        if code is None:
            code = 0
        elif not isinstance(code, int):
            code = 1
        raise
    finally:
        result = Runner.finished
        if result is not None:
            RECORDER.put(
                kind="end",
                exit=int(code),
                results=RECORDER.results,
                stopped="failfast" if result.shouldStop else None,
                summary={"ran": result.testsRun},
            )


if __name__ == "__main__":
    _main()
