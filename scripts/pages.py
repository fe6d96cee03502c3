"""Opens pages of real runs in a real browser: no error, no request, no breach of the page's own policy, no finding of axe.

Screenshots and the printed pages lie in <folder>/shots afterwards, for people to look at. Times are printed; only what
runs away is a failure.
"""

import json
import os
import shutil
import subprocess
import sys
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

PROGRAM = os.path.abspath(os.environ.get("GIT_GATEKEEPER_PROGRAM", ".build/debug"))
# Far more than any page takes: what is longer has run away.
LONGEST = 20.0

CORE = """\
\"\"\"Prices of a small shop.\"\"\"

RATES = {"books": 7, "food": 7, "other": 19}


def net(gross, kind="other"):
    rate = RATES[kind]
    return gross * 100 / (100 + rate)


def discount(price, percent):
    return price - price * percent / 100


def total(prices):
    return sum(prices)
"""
TESTS = """\
import unittest

from shop import core


class PriceTests(unittest.TestCase):
    def test_net(self):
        self.assertEqual(core.net(119), 100)

    def test_net_of_books(self):
        self.assertEqual(core.net(107, "books"), 100)

    def test_discount(self):
        self.assertEqual(core.discount(80, 25), 60)

    def test_no_discount(self):
        self.assertEqual(core.discount(80, 0), 80)

    def test_total(self):
        self.assertEqual(core.total([1, 2, 3]), 6)
"""
FLAKY = """\
import random
import unittest


class LuckTests(unittest.TestCase):
    def test_luck(self):
        self.assertGreater(random.SystemRandom().random(), 0.5)
"""
BACKEND = """\
#!/usr/bin/env python3
import json
import sys

request = json.load(sys.stdin)
answers = json.loads(%r)
old = "def discount(price, percent):\\n    return price + price * percent / 100"
new = "def discount(price, percent):\\n    return " + answers[min(request["attempt"], len(answers)) - 1]
print(json.dumps({"edits": [{"path": "shop/core.py", "edits": [{"search": old, "replace": new}]}]}))
"""
BROKEN = CORE.replace("price - price", "price + price")


class Repository:
    """A small project whose discount is broken in the working tree."""

    def __init__(self, folder, policy="\tcommand = python3 -m unittest discover -t . -s tests\n"):
        self.path = folder + "/shop"
        self.home = folder
        os.makedirs(self.path + "/shop")
        os.makedirs(self.path + "/tests")
        os.makedirs(self.path + "/.gatekeeper")
        self.environment = {
            "PATH": PROGRAM + ":" + os.environ["PATH"], "HOME": folder, "TMPDIR": folder, "LC_ALL": "C.UTF-8",
            "TZ": "UTC", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_NAME": "A U Thor", "GIT_AUTHOR_EMAIL": "author@example.com",
            "GIT_COMMITTER_NAME": "C O Mitter", "GIT_COMMITTER_EMAIL": "committer@example.com",
        }
        self.git("init", "-q", "-b", "main")
        self.git("config", "gatekeeper.trust.commands", "always")
        self.git("config", "gatekeeper.memory", "false")
        self.write(".gatekeeper/config", '[gatekeeper "check.test"]\n' + policy)
        self.write("shop/__init__.py", "")
        self.write("shop/core.py", CORE)
        self.write("tests/__init__.py", "")
        self.write("tests/test_core.py", TESTS)

    def write(self, name, content, executable=False):
        with open(os.path.join(self.path, name), "w", encoding="utf-8") as file:
            file.write(content)
        if executable:
            os.chmod(os.path.join(self.path, name), 0o755)

    def git(self, *words):
        result = subprocess.run(["git", *words], cwd=self.path, env=self.environment, capture_output=True, check=False)
        if result.returncode != 0:
            raise SystemExit("git %s: %s" % (" ".join(words), result.stderr.decode()))
        return result.stdout.decode().strip()

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "prices of a shop")

    def gate(self, *words, statuses=(0,)):
        result = subprocess.run(
            ["git", "gatekeeper", *words], cwd=self.path, env=self.environment, capture_output=True, check=False
        )
        if result.returncode not in statuses:
            output = result.stdout.decode(errors="replace") + result.stderr.decode(errors="replace")
            raise SystemExit("git gatekeeper %s: %d\n%s" % (" ".join(words), result.returncode, output[-3000:]))
        return result.stdout.decode(errors="replace")

    def backend(self, *answers):
        path = self.home + "/backend.py"
        with open(path, "w", encoding="utf-8") as file:
            file.write(BACKEND % json.dumps(answers))
        os.chmod(path, 0o755)
        return path

    def run(self, *answers, options=(), statuses=(0,)):
        self.write("shop/core.py", BROKEN)
        return self.gate("run", "--backend-command", self.backend(*answers), *options, statuses=statuses)


def accepted(folder):
    """Accepted on retry, committed and signed."""
    repository = Repository(folder)
    key = folder + "/key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    with open(key + ".pub", encoding="utf-8") as file:
        public = " ".join(file.read().split()[:2])
    repository.write(
        ".gatekeeper/allowed_signers", 'ci@example.com namespaces="gatekeeper@git-gatekeeper" %s\n' % public
    )
    repository.git("config", "gatekeeper.signingKey", key)
    repository.commit()
    repository.run("price * percent", "price - price * percent / 100", options=["--commit", "--attest"])
    return repository, []


def rejected(folder):
    """No candidate held within the budget."""
    repository = Repository(folder)
    repository.commit()
    repository.run("price * percent", "price - undefined", options=["--max-retries", "2"], statuses=[1])
    return repository, []


def escalated(folder):
    """The same failure three times."""
    repository = Repository(folder)
    repository.commit()
    repository.run(
        "price + price * percent / 100 + 0", "price + price * percent / 100 * 1", "price + price / 100 * percent",
        options=["--max-retries", "6"], statuses=[125],
    )
    return repository, []


def green(folder):
    """Nothing to repair."""
    repository = Repository(folder)
    repository.commit()
    repository.gate("test")
    return repository, []


def altered(folder):
    """Somebody wrote into the folder of the run."""
    repository, _ = rejected(folder)
    runs = repository.path + "/.git/gatekeeper/runs"
    run = os.path.join(runs, os.listdir(runs)[0])
    with open(run + "/attempt-2/patch.diff", "a", encoding="utf-8") as file:
        file.write("+FORGED\n")
    os.remove(run + "/context.txt")
    return repository, []


HOSTILE = "\n".join(
    [
        "#!/bin/sh",
        "printf '1..8\\n'",
        "printf 'not ok 1 - <img src=x onerror=document.title=1>\\n'",
        "printf 'not ok 2 - </script><script>document.title=2</script>\\n'",
        "printf 'ok 3 - \\342\\200\\256gnp.exe\\342\\200\\254 turned round\\n'",
        "printf 'ok 4 - \\033[31mred\\033[0m \\033]8;;https://example.com\\007link\\033]8;;\\007\\n'",
        "printf 'ok 5 - a\"\\314\\201 autofocus onfocus=document.title=5 b\\n'",
        "printf 'ok 6 - javascript:document.title=6\\n'",
        "printf 'ok 7 - {{{script}}} {{#run}} &lt;b&gt; </pre></details><h1>\\n'",
        "printf 'ok 8 - '; head -c 3000 /dev/zero | tr '\\0' x; printf '\\n'",
        "printf '</pre><script>document.title=9</script>\\0\\377\\376 \\033[2J\\033]0;title\\007\\n' >&2",
        "python3 -c 'import sys",
        "line = \"<b>\" + \"o\" * 90 + \"</b>\\n\"",
        "for _ in range(510): sys.stderr.write(line * 1000)'",
        "exit 1",
    ]
)


def hostile(folder):
    """Markup, controls and 50 MB of output."""
    repository = Repository(folder, "\tcommand = sh ./run.sh\n\tformat = tap\n")
    repository.write("run.sh", HOSTILE + "\n", executable=True)
    repository.commit()
    repository.gate("test", statuses=[0, 1, 125])
    return repository, []


def trend(folder):
    """A day's work in one repository."""
    repository = Repository(folder)
    repository.commit()
    right = "price - price * percent / 100"
    for round_ in range(3):
        repository.run(right)
        repository.gate("test")
        repository.run("price * percent", right)
        repository.run("price * percent", "price - undefined", options=["--max-retries", "2"], statuses=[1])
    repository.run("price", "price", "price", options=["--max-retries", "6"], statuses=[1, 125])
    repository.write("shop/core.py", CORE)
    repository.write("tests/test_luck.py", FLAKY)
    for _ in range(4):
        repository.gate("test", statuses=[0, 1, 125])
    return repository, ["--all"]


def check(browser, name, page, shots):
    """Opens one page in every way people do."""
    problems = []
    url = "file://" + page
    slowest = 0.0
    for look, width, scheme, scripts in [
        ("light", 1280, "light", True), ("dark", 1280, "dark", True), ("narrow", 380, "light", True),
        ("unscripted", 1280, "light", False),
    ]:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        tab = context.new_page()
        tab.on("console", lambda message: problems.append("%s: console: %s" % (look, message.text)))
        tab.on("pageerror", lambda error: problems.append("%s: error: %s" % (look, error)))
        tab.on("dialog", lambda dialog: problems.append("%s: a dialog" % look))
        tab.on("request", lambda r: r.url == url or problems.append("%s: request: %s" % (look, r.url)))
        start = time.monotonic()
        tab.goto(url, wait_until="load", timeout=LONGEST * 1000)
        slowest = max(slowest, time.monotonic() - start)
        if "run" not in tab.title():
            problems.append("%s: a script of others ran: title '%s'" % (look, tab.title()))
        if scripts:
            wide = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                problems.append("%s: the page is %d pixels too wide" % (look, wide))
            if tab.evaluate("document.querySelectorAll('a[href], img, iframe, object, embed, base').length"):
                problems.append("%s: something that loads or leads elsewhere" % look)
            if tab.evaluate(
                "Array.from(document.querySelectorAll('*')).some(e => e.getAttributeNames().some(n => /^on|^style$/.test(n)))"
            ):
                problems.append("%s: an inline handler or style" % look)
            results = Axe().run(tab)
            for violation in results.response["violations"]:
                nodes = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
                problems.append("%s: axe: %s: %s (%s)" % (look, violation["id"], violation["help"], nodes))
        tab.screenshot(path="%s/%s-%s.png" % (shots, name, look), full_page=True)
        if look == "light":
            filter_works(tab, problems)
            tab.reload()
            tab.pdf(path="%s/%s.pdf" % (shots, name), format="A4")
        context.close()
    print("%-10s %8.1f kB, opened in %.2f s" % (name, os.path.getsize(page) / 1000, slowest))
    return ["%s: %s" % (name, problem) for problem in problems]


def filter_works(tab, problems):
    """The filter hides rows by text and by kind, and gives them back."""
    if not tab.query_selector("form.filter"):
        return
    rows = "Array.from(document.querySelectorAll('#moves tbody tr')).filter(r => !r.hidden).length"
    all_of_them = tab.evaluate(rows)
    tab.fill("form.filter input[type=search]", "no test is called like this")
    if tab.evaluate(rows) != 0:
        problems.append("the filter by text shows what does not fit")
    tab.fill("form.filter input[type=search]", "")
    for box in tab.query_selector_all("form.filter input[name=kind]"):
        box.uncheck()
    if tab.evaluate(rows) != 0:
        problems.append("the filter by kind shows what is not wanted")
    tab.query_selector("form.filter input[name=kind]").check()
    if not 0 < tab.evaluate(rows) <= all_of_them:
        problems.append("the filter by kind shows nothing of what is wanted")


def main():
    folder = os.path.abspath(sys.argv[1])
    shots = folder + "/shots"
    shutil.rmtree(shots, ignore_errors=True)
    os.makedirs(shots)
    wanted = sys.argv[2:]
    problems = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"] if os.getuid() == 0 else []
        )
        for make in [accepted, rejected, escalated, green, altered, hostile, trend]:
            name = make.__name__
            if wanted and name not in wanted:
                continue
            place = "%s/runs/%s" % (folder, name)
            shutil.rmtree(place, ignore_errors=True)
            os.makedirs(place)
            repository, options = make(place)
            page = "%s/%s.html" % (shots, name)
            start = time.monotonic()
            repository.gate("report", "--output", page, *options)
            print("%-10s written in %.2f s" % (name, time.monotonic() - start))
            problems += check(browser, name, page, shots)
            if name == "altered":
                with open(page, encoding="utf-8") as file:
                    text = file.read()
                if "FORGED" in text or "not as written" not in text:
                    problems.append("altered: what was altered is shown as if it were not")
        browser.close()
    shutil.rmtree(folder + "/runs", ignore_errors=True)
    for problem in problems:
        print("error: " + problem, file=sys.stderr)
    print("screenshots and printed pages: " + shots)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
