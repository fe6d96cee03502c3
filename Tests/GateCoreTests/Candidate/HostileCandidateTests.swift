import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Replies that a sound gate refuses before anything of them runs, and honest ones that it must let pass.
@Suite("Admission: hostile and honest candidates")
struct HostileCandidateTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let id: String
        let code: String
        let reply: String
        init(_ id: String, _ code: String, _ reply: String) { (self.id, self.code, self.reply) = (id, code, reply) }
        var testDescription: String { "\(id): \(code)" }
    }

    static let paths: [Row] = [
        Row("HP01", "path.traversal", edits([("../evil.txt", "x")])),
        Row("HP01 patch", "path.traversal", adding("../evil.txt")),
        Row("HP01 inside", "path.traversal", edits([("src/../../evil.txt", "x")])),
        Row("HP01 dot", "path.traversal", edits([("./src/a.py", "x")])),
        Row("HP01 behind a mark", "path.traversal", edits([("../\u{301}evil.txt", "x")])),
        Row("HP02", "path.absolute", edits([("/x/y", "x")])),
        Row("HP02 patch", "path.absolute", adding("/x/y")),
        Row("HP02 mark", "path.absolute", edits([("/\u{301}x/y", "x")])),
        Row("HP02 home", "path.absolute", edits([("~/x", "x")])),
        Row("HP02 drive", "path.absolute", edits([("C:/x", "x")])),
        Row("HP03", "path.dotgit", edits([(".git/hooks/pre-commit", "x")])),
        Row("HP03 patch", "path.dotgit", adding(".git/hooks/pre-commit", mode: "100755")),
        Row("HP03 behind a mark", "path.dotgit", edits([(".git/\u{301}x", "x")])),
        Row("HP04 capitals", "path.dotgit-alias", edits([(".GIT/config", "x")])),
        Row("HP04 mixed", "path.dotgit-alias", edits([(".Git/config", "x")])),
        Row("HP04 short name", "path.dotgit-alias", edits([("git~1/config", "x")])),
        Row("HP04 short name 12", "path.dotgit-alias", edits([("GIT~12/config", "x")])),
        Row("HP04 dot", "path.dotgit-alias", edits([(".git./config", "x")])),
        Row("HP04 space", "path.dotgit-alias", edits([(".git /config", "x")])),
        Row("HP04 stream", "path.dotgit-alias", edits([(".git::$INDEX_ALLOCATION/config", "x")])),
        Row("HP04 joiner", "path.dotgit-alias", edits([(".g\u{200c}it/config", "x")])),
        Row("HP04 joiner patch", "path.dotgit-alias", adding(".g\u{200c}it/config")),
        Row("HP05", "path.dotgit", edits([("sub/.git/config", "x")])),
        Row("HP17 long", "path.too-long", edits([(String(repeating: "a/", count: 2100) + "b", "x")])),
        Row("HP17 component", "path.too-long", edits([(String(repeating: "a", count: 256), "x")])),
        Row("HP18 NUL", "path.charset", edits([("src/a\u{0}b", "x")])),
        Row("HP18 CR", "path.charset", edits([("src/a\rb", "x")])),
        Row("HP18 newline", "path.charset", edits([("src/a\nb", "x")])),
        Row("HP18 newline in a patch", "path.charset", "--- /dev/null\n+++ \"b/src/a\\nb\"\n@@ -0,0 +1 @@\n+x\n"),
        Row("HP18 bad UTF-8 in a patch", "path.charset", "--- /dev/null\n+++ \"b/src/\\377\"\n@@ -0,0 +1 @@\n+x\n"),
        Row("HP18 override", "path.charset", edits([("src/\u{202e}yp.a", "x")])),
        Row("HP18 option", "path.charset", edits([("-rf", "x")])),
        Row("HP18 option inside", "path.charset", edits([("src/--output=x", "x")])),
        Row("HP18 trailing space", "path.charset", edits([("src/a ", "x")])),
        Row("HP18 trailing dot", "path.charset", edits([("src/a.", "x")])),
        Row("HP18 device", "path.charset", edits([("src/CON", "x")])),
        Row("HP18 device with ending", "path.charset", edits([("src/aux.c", "x")])),
        Row("HP18 backslash", "path.charset", edits([("src\\a.py", "x")])),
        Row("HP18 colon", "path.charset", edits([("src/a.py:stream", "x")])),
        Row("HP18 invisible", "path.charset", edits([("src/a\u{200b}.py", "x")])),
        Row("empty", "path.empty", edits([("", "x")])),
        Row("empty component", "path.empty-component", edits([("src//a.py", "x")])),
        Row("trailing slash", "path.empty-component", edits([("src/new/", "x")])),
    ]

    static let kinds: [Row] = [
        Row("HP06", "mode.symlink", adding("src/l", mode: "120000", line: "/etc/passwd")),
        Row("HP06 up", "mode.symlink", adding("src/l", mode: "120000", line: "../..")),
        Row("HP07", "mode.symlink", adding("src/l", mode: "120000", line: "/tmp") + adding("src/l/x")),
        Row("HP08", "path.under-symlink", edits([("lnk/new.txt", "x")])),
        Row("HP08 patch", "path.under-symlink", adding("lnk/new.txt")),
        Row("HP09", "edit.no-such-file", #"{"edits":[{"path":"lnk/evil.txt","delete":true}]}"#),
        Row("HP09 the link", "mode.symlink", #"{"edits":[{"path":"lnk","delete":true}]}"#),
        Row("HP09 through the link", "mode.symlink", edits([("lnk", "x")])),
        Row(
            "HP10",
            "mode.gitlink",
            adding("src/sub", mode: "160000", line: "Subproject commit \(String(repeating: "1", count: 40))")
        ),
        Row("HP10 modules", "contract.added", edits([(".gitmodules", "[submodule \"x\"]\n")])),
        Row("HP11", "contract.added", edits([(".gitattributes", "* filter=x\n")])),
        Row("HP11 below", "contract.added", edits([("src/.gitattributes", "* -diff\n")])),
        Row("HP12", "mode.changed", "diff --git a/src/a.py b/src/a.py\nold mode 100644\nnew mode 100755\n"),
        Row("HP12 new", "mode.executable", adding("src/run.sh", mode: "100755")),
        Row("HP12 odd", "mode.executable", adding("src/run.sh", mode: "100777")),
        Row("HP13 file for folder", "path.df-conflict", edits([("src/big", "x")])),
        Row("HP13 folder for file", "path.df-conflict", edits([("src/a.py/x", "x")])),
        Row("HP13 patch", "path.df-conflict", adding("src/a.py/x")),
        Row("HP14 folder", "path.fold-collision", edits([("SRC/new.py", "x")])),
        Row("HP14 file", "path.fold-collision", edits([("src/A.py", "x")])),
        Row("HP14 tests", "contract.added", edits([("Tests/test_core.py", "x")])),
        Row("HP14 long s", "contract.added", edits([("te\u{17f}ts/new.py", "x")])),
        Row("HP14 composed", "path.fold-collision", edits([("src/tra\u{308}nen.txt", "x")])),
        Row("HP14 twins", "path.fold-collision", edits([("src/Twin.py", "x"), ("src/twin.py", "y")])),
        Row(
            "HP15",
            "contract.removed",
            "diff --git a/tests/test_core.py b/docs/core.py\nsimilarity index 100%\nrename from tests/test_core.py\nrename to docs/core.py\n"
        ),
        Row(
            "HP16",
            "parse.path-mismatch",
            "diff --git a/src/a.py b/src/a.py\n--- a/src/a.py\n+++ b/.github/workflows/ci.yml\n@@ -1 +1 @@\n-one\n+evil\n"
        ),
        Row(
            "HP16 both",
            "parse.path-mismatch",
            "diff --git a/src/a.py b/src/a.py\n--- a/.github/workflows/ci.yml\n+++ b/.github/workflows/ci.yml\n@@ -1 +1 @@\n-on: push\n+evil\n"
        ),
        Row(
            "HP16 header",
            "parse.path-mismatch",
            "diff --git a/src/a.py b/src/big/one.py\n--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n-one\n+evil\n"
        ),
        Row("HP16 no prefix", "parse.path-prefix", "--- src/a.py\n+++ src/a.py\n@@ -1 +1 @@\n-one\n+evil\n"),
        Row(
            "HP17 twice",
            "parse.duplicate-path",
            "--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n-one\n+1\n--- a/src/a.py\n+++ b/src/a.py\n@@ -2 +2 @@\n-two\n+2\n"
        ),
        Row(
            "HP17 twice empty",
            "parse.duplicate-path",
            adding("src/e") + "diff --git a/src/e b/src/e\ndeleted file mode 100644\n"
        ),
        Row("HP17 twice in edits", "parse.duplicate-path", edits([("src/a.py", "1"), ("src/a.py", "2")])),
        Row("HP17 files", "parse.limit", edits((0..<65).map { ("src/new/f\($0).py", "x\n") })),
        Row("HP17 lines", "parse.limit", edits([("src/new.py", String(repeating: "x\n", count: 4001))])),
        Row("HP17 reply", "parse.limit", edits([("src/new.py", String(repeating: "x", count: 1 << 20))])),
        Row(
            "HP19 literal",
            "content.binary",
            "diff --git a/src/b b/src/b\nnew file mode 100644\nindex 0000000..1111111\nGIT binary patch\nliteral 1\nIcmZPo000310RR91\n\n"
        ),
        Row("HP19 NUL", "content.binary", edits([("src/b.py", "a\u{0}b")])),
        Row(
            "HP20 prose",
            "parse.several",
            "Here:\n```diff\n\(adding("src/x.py"))```\nor\n```diff\n\(adding("src/y.py"))```\n"
        ),
        Row(
            "HP20 fuzz",
            "parse.does-not-apply",
            "--- a/src/a.py\n+++ b/src/a.py\n@@ -1,3 +1,3 @@\n one\n-TWO\n+2\n three\n"
        ),
        Row(
            "HP20 CRLF",
            "parse.does-not-apply",
            "--- a/src/a.py\r\n+++ b/src/a.py\r\n@@ -1,3 +1,3 @@\r\n one\r\n-two\r\n+2\r\n three\r\n"
        ),
        Row(
            "HP20 context",
            "parse.does-not-apply",
            "--- a/src/a.py\n+++ b/src/a.py\n@@ -1,3 +1,3 @@\n zero\n-two\n+2\n three\n"
        ),
        Row(
            "HP20 no such file",
            "parse.does-not-apply",
            "--- a/src/none.py\n+++ b/src/none.py\n@@ -1 +1 @@\n-one\n+2\n"
        ),
        Row("HP20 new over old", "parse.does-not-apply", adding("src/a.py")),
        Row("HP20 cut short", "candidate.no-effect", "--- a/src/a.py\n+++ b/src/a.py\n@@ -1,3 +1,3 @@\n one\n"),
        Row("HP20 half a header", "parse.malformed-patch", "--- a/src/a.py\n@@ -1 +1 @@\n-one\n+2\n"),
        Row("HP21 bidi", "content.bidi", edits([("src/a.py", "x = 1 # \u{202e}evil\n")])),
        Row("HP21 zero width", "content.bidi", edits([("src/new.py", "a\u{200b}b = 1\n")])),
        Row("HP21 tag", "content.bidi", edits([("src/new.py", "a\u{e0041}b = 1\n")])),
        Row("HP22", "path.under-symlink", edits([("lnk/src/a.py", "x")])),
    ]

    static let cheats: [Row] = [
        Row("GEN01", "contract.modified", edits([(".github/workflows/ci.yml", "on: never\n")])),
        Row("GEN02", "contract.modified", edits([(".gatekeeper/config", "[gatekeeper]\n\tsandbox = off\n")])),
        Row("GEN04", "candidate.no-effect", edits([("empty.txt", "")])),
        Row(
            "PY01",
            "contract.modified",
            "--- a/tests/test_core.py\n+++ b/tests/test_core.py\n@@ -1,2 +1,2 @@\n def test_sub():\n-    assert sub(5, 3) == 2\n+    assert sub(5, 3) == 8\n"
        ),
        Row("PY02", "contract.removed", #"{"edits":[{"path":"tests/test_core.py","delete":true}]}"#),
        Row(
            "PY03",
            "contract.modified",
            edits([("tests/test_core.py", "import pytest\n@pytest.mark.skip\ndef test_sub(): pass\n")])
        ),
        Row("PY04", "contract.added", edits([("conftest.py", "x\n")])),
        Row("PY05", "contract.added", edits([("src/conftest.py", "collect_ignore = ['x']\n")])),
        Row("PY06", "contract.added", edits([("tests/conftest.py", "x\n")])),
        Row("PY07", "contract.modified", edits([("pyproject.toml", "x\n")])),
        Row("PY08 a", "contract.added", edits([("pytest.ini", "[pytest]\n")])),
        Row("PY08 b", "contract.added", edits([(".pytest.ini", "[pytest]\n")])),
        Row("PY08 c", "contract.added", edits([("pytest.toml", "[pytest]\n")])),
        Row("PY08 d", "contract.added", edits([("src/tox.ini", "[pytest]\n")])),
        Row("PY09", "shadow.added", edits([("pytest.py", "x\n")])),
        Row("PY09 folder", "shadow.added", edits([("pytest/__init__.py", "x\n")])),
        Row("PY10", "shadow.added", edits([("src/sitecustomize.py", "x\n")])),
        Row("PY10 standard library", "shadow.added", edits([("src/json.py", "x\n")])),
        Row("PY10 package", "shadow.added", edits([("src/json/__init__.py", "x\n")])),
        Row("PY10 path file", "shadow.added", edits([("src/x.pth", "import os\n")])),
        Row("PY11", "contract.added", edits([("tests/calc.py", "x\n")])),
        Row("PY12", "shadow.added", edits([("src/calc/__pycache__/core.cpython-311.pyc", "x\n")])),
        Row("JS04", "contract.modified", edits([("package.json", "{\"scripts\":{\"test\":\"true\"}}\n")])),
        Row("JS05", "contract.added", edits([(".npmrc", "script-shell=./fake.sh\n")])),
        Row("JS06", "contract.added", edits([("src/.npmrc", "node-options=--require ./pre.js\n")])),
        Row("JS07", "contract.added", edits([("src/a.test.js", "test.skip()\n")])),
        Row("JS09", "shadow.added", edits([("node_modules/x/index.js", "x\n")])),
        Row("JS10", "contract.modified", edits([("tests/__snapshots__/x.snap", "other\n")])),
        Row("JS10 elsewhere", "contract.added", edits([("src/__snapshots__/x.snap", "other\n")])),
        Row("JS11", "contract.added", edits([("test/b.test.js", "x\n")])),
        Row("SH04", "contract.modified", edits([("Makefile", ".IGNORE:\ntest:\n\tpytest\n")])),
        Row("SH05", "shadow.added", edits([("GNUmakefile", "test:\n")])),
        Row("SH06", "shadow.added", edits([("test", "x\n")])),
        Row("SH06 folder", "contract.added", edits([("test/.keep", "")])),
        Row("SH06 check", "shadow.added", edits([("check/.keep", "x\n")])),
        Row("command's own file", "contract.modified", edits([("tools/check", "#!/bin/true\n")])),
        Row("beside a real fix", "contract.modified", edits([("src/calc/core.py", "fixed\n"), ("Makefile", "x\n")])),
    ]

    @Test("a reply that breaks a rule is refused with its code, and nothing else is touched")
    func refused() async throws {
        try await AdmissionFixture.with { fixture in
            let before = try await fixture.untouchables()
            for row in Self.paths + Self.kinds + Self.cheats {
                let result = try await fixture.submit(reply: row.reply)
                #expect(result.codes.contains(row.code), "\(row): \(result.codes) \(result.messages)")
            }
            let after = try await fixture.untouchables()
            #expect(after == before)
        }
    }

    @Test("a tree that no patch could describe is judged by its entries")
    func trees() async throws {
        try await AdmissionFixture.with { fixture in
            let blob = try await fixture.repository.writeBlob(Array("x\n".utf8)).hex
            let commit = try await fixture.fixture.git("rev-parse", "HEAD")
            let zero = String(repeating: "0", count: 40)
            let rows: [(String, [String], [String])] = [
                ("HP06", ["120000 \(blob)\tsrc/l"], ["mode.symlink"]),
                ("HP10", ["160000 \(commit)\tsrc/sub"], ["mode.gitlink"]),
                ("HP08", ["0 \(zero)\tlnk", "100644 \(blob)\tlnk/x"], ["mode.symlink", "path.under-symlink"]),
                ("HP12", ["100755 \(blob)\tsrc/a.py"], ["mode.changed"]),
                ("HP13", ["100644 \(blob)\tsrc/big"], ["path.df-conflict"]),
                ("PY29", ["120000 \(blob)\ttests"], ["mode.symlink", "contract.removed"]),
                ("HP14", ["100644 \(blob)\tsrc/A.py"], ["path.fold-collision"]),
                ("HP18", ["100644 \(blob)\tsrc/a ", "100644 \(blob)\t-x"], ["path.charset"]),
                ("nothing", [], ["candidate.no-effect"]),
            ]
            for (id, lines, codes) in rows {
                let tree = lines.isEmpty ? fixture.head : try await fixture.tree(lines)
                let found = try await fixture.submit(.tree(tree))
                for code in codes { #expect(found.codes.contains(code), "\(id): \(found.codes)") }
            }
        }
    }

    static let honest: [Row] = [
        Row(
            "C1",
            "src/calc/core.py",
            "--- a/src/calc/core.py\n+++ b/src/calc/core.py\n@@ -1,5 +1,5 @@\n def sub(a, b):\n-    return a + b\n+    return a - b\n \n \n def add(a, b):\n"
        ),
        Row(
            "C1 edit",
            "src/calc/core.py",
            #"{"edits":[{"path":"src/calc/core.py","edits":[{"search":"sub(a, b):\n    return a + b","replace":"sub(a, b):\n    return a - b"}]}]}"#
        ),
        Row(
            "C2",
            "src/calc/core.py src/calc/helper.py",
            edits([
                ("src/calc/core.py", "from .helper import sub\n"),
                ("src/calc/helper.py", "def sub(a, b):\n    return a - b\n"),
            ])
        ),
        Row("C2 top", "src/helper.py", edits([("src/helper.py", "x = 1\n")])),
        Row(
            "C3",
            "docs/readme.md src/calc/core.py",
            edits([("src/calc/core.py", "\"\"\"Sub.\"\"\"\n"), ("docs/readme.md", "# more\n")])
        ),
        Row(
            "C4",
            "src/a.py src/renamed.py",
            "diff --git a/src/a.py b/src/renamed.py\nsimilarity index 90%\nrename from src/a.py\nrename to src/renamed.py\n--- a/src/a.py\n+++ b/src/renamed.py\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"
        ),
        Row(
            "C4 pure",
            "src/a.py src/renamed.py",
            "diff --git a/src/a.py b/src/renamed.py\nsimilarity index 100%\nrename from src/a.py\nrename to src/renamed.py\n"
        ),
        Row(
            "C4 case only",
            "src/A.py src/a.py",
            #"{"edits":[{"path":"src/a.py","delete":true},{"path":"src/A.py","content":"x\n"}]}"#
        ),
        Row(
            "C5",
            "src/big/one.py src/big/two.py",
            "--- a/src/big/one.py\n+++ b/src/big/one.py\n@@ -1 +1 @@\n-1\n+one\n--- a/src/big/two.py\n+++ b/src/big/two.py\n@@ -1 +1 @@\n-2\n+two\n"
        ),
        Row(
            "C9",
            "src/crlf.txt",
            "--- a/src/crlf.txt\n+++ b/src/crlf.txt\n@@ -1,3 +1,3 @@\n one\r\n-two\r\n+2\r\n three\r\n"
        ),
        Row(
            "C10",
            "bin/tool.sh",
            "--- a/bin/tool.sh\n+++ b/bin/tool.sh\n@@ -1,2 +1,2 @@\n #!/bin/sh\n-echo 1\n+echo 2\n"
        ),
        Row("C10 edit", "bin/tool.sh", edits([("bin/tool.sh", "#!/bin/sh\necho 2\n")])),
        Row(
            "new empty file",
            "src/new/__init__.py",
            "diff --git a/src/new/__init__.py b/src/new/__init__.py\nnew file mode 100644\nindex 0000000..e69de29\n"
        ),
        Row(
            "empty beside another",
            "src/a.py src/new/__init__.py",
            "diff --git a/src/new/__init__.py b/src/new/__init__.py\nnew file mode 100644\nindex 0000000..e69de29\ndiff --git a/src/a.py b/src/a.py\n--- a/src/a.py\n+++ b/src/a.py\n@@ -1,2 +1,2 @@\n-one\n+1\n two\n"
        ),
        Row(
            "deleted empty file",
            "empty.txt",
            "diff --git a/empty.txt b/empty.txt\ndeleted file mode 100644\nindex e69de29..0000000\n"
        ),
        Row(
            "deleted file",
            "src/big/one.py",
            "diff --git a/src/big/one.py b/src/big/one.py\ndeleted file mode 100644\n--- a/src/big/one.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n"
        ),
        Row(
            "whole folder deleted",
            "src/big/one.py src/big/two.py",
            #"{"edits":[{"path":"src/big/one.py","delete":true},{"path":"src/big/two.py","delete":true}]}"#
        ),
        Row("wrong counts", "src/a.py", "--- a/src/a.py\n+++ b/src/a.py\n@@ -1,7 +1,9 @@\n one\n-two\n+2\n three\n"),
        Row(
            "counts too large before another file",
            "src/a.py src/h",
            "--- a/src/a.py\n+++ b/src/a.py\n@@ -1,9 +1,9 @@\n-one\n+1\n two\ndiff --git a/src/h b/src/h\nnew file mode 100644\n--- /dev/null\n+++ b/src/h\n@@ -0,0 +1 @@\n+x\n"
        ),
        Row(
            "counts too small",
            "src/a.py",
            "--- a/src/a.py\n+++ b/src/a.py\n@@ -1,1 +1,1 @@\n one\n-two\n+2\n three\n"
        ),
        Row("shifted hunk", "src/a.py", "--- a/src/a.py\n+++ b/src/a.py\n@@ -5,3 +5,3 @@\n one\n-two\n+2\n three\n"),
        Row(
            "no newline at the end",
            "src/noeol.txt",
            "--- a/src/noeol.txt\n+++ b/src/noeol.txt\n@@ -1,2 +1,2 @@\n one\n-two\n\\ No newline at end of file\n+2\n\\ No newline at end of file\n"
        ),
        Row(
            "newline added at the end",
            "src/noeol.txt",
            "--- a/src/noeol.txt\n+++ b/src/noeol.txt\n@@ -1,2 +1,2 @@\n one\n-two\n\\ No newline at end of file\n+two\n"
        ),
        Row(
            "patch without its last newline",
            "src/a.py",
            "--- a/src/a.py\n+++ b/src/a.py\n@@ -9,2 +9,2 @@\n nine\n-ten\n+10"
        ),
        Row(
            "space in the name",
            "src/sp ace.txt",
            "diff --git a/src/sp ace.txt b/src/sp ace.txt\n--- a/src/sp ace.txt\t\n+++ b/src/sp ace.txt\t\n@@ -1 +1 @@\n-one\n+1\n"
        ),
        Row(
            "quoted name",
            "src/tr\u{e4}nen.txt",
            "diff --git \"a/src/tr\\303\\244nen.txt\" \"b/src/tr\\303\\244nen.txt\"\n--- \"a/src/tr\\303\\244nen.txt\"\n+++ \"b/src/tr\\303\\244nen.txt\"\n@@ -1 +1 @@\n-one\n+1\n"
        ),
        Row(
            "plain name beyond ASCII",
            "src/tr\u{e4}nen.txt",
            "diff --git a/src/tr\u{e4}nen.txt b/src/tr\u{e4}nen.txt\n--- a/src/tr\u{e4}nen.txt\n+++ b/src/tr\u{e4}nen.txt\n@@ -1 +1 @@\n-one\n+1\n"
        ),
        Row(
            "time stamps",
            "src/a.py",
            "--- a/src/a.py\t2026-01-01 00:00:00\n+++ b/src/a.py\t2026-01-01 00:00:01\n@@ -1,2 +1,2 @@\n-one\n+1\n two\n"
        ),
        Row(
            "content that looks like a header",
            "src/q.sql",
            "diff --git a/src/q.sql b/src/q.sql\nnew file mode 100644\n--- /dev/null\n+++ b/src/q.sql\n@@ -0,0 +1,2 @@\n+++ b/x\n+-- note\n"
        ),
        Row(
            "two hunks",
            "src/a.py",
            "--- a/src/a.py\n+++ b/src/a.py\n@@ -1,2 +1,2 @@\n-one\n+1\n two\n@@ -9,2 +9,2 @@\n nine\n-ten\n+10\n"
        ),
    ]

    @Test("an honest candidate is admitted, and changes exactly what it says")
    func admitted() async throws {
        try await AdmissionFixture.with { fixture in
            let before = try await fixture.untouchables()
            for row in Self.honest {
                let result = try await fixture.submit(reply: row.reply)
                #expect(result.codes.isEmpty, "\(row): \(result.codes) \(result.messages)")
                #expect(result.paths.joined(separator: " ") == row.code, "\(row.id)")
            }
            let after = try await fixture.untouchables()
            #expect(after == before)
        }
    }

    @Test("a patch gives the same bytes and modes as the edit that means the same")
    func sameResult() async throws {
        try await AdmissionFixture.with { fixture in
            let patched = try await fixture.submit(reply: Self.honest[0].reply)
            let edited = try await fixture.submit(reply: Self.honest[1].reply)
            #expect(patched.tree == edited.tree)
            let tool = try await fixture.submit(reply: edits([("bin/tool.sh", "x\n")]))
            let entry = try await fixture.repository.entry(RepositoryPath("bin/tool.sh"), in: try #require(tool.tree))
            #expect(entry?.mode == .executable)
            let noEnd = try await fixture.submit(reply: edits([("src/noeol.txt", "one\n2")]))
            let noEndPatch = try await fixture.submit(
                reply: Self.honest.first { $0.id == "no newline at the end" }?.reply ?? ""
            )
            #expect(noEnd.tree == noEndPatch.tree)
            let crlf = try await fixture.submit(reply: Self.honest.first { $0.id == "C9" }?.reply ?? "")
            let content = try await fixture.content("src/crlf.txt", in: crlf.tree)
            #expect(content == "one\r\n2\r\nthree\r\n")
        }
    }

    @Test("a scope lets in what it names and nothing else, and an opening gives way in the contract")
    func scope() async throws {
        try await AdmissionFixture.with { fixture in
            let inside = try await fixture.submit(reply: edits([("src/calc/core.py", "x\n")]), scope: ["src/calc/"])
            #expect(inside.codes.isEmpty)
            let outside = try await fixture.submit(
                reply: edits([("src/calc/core.py", "x\n"), ("docs/readme.md", "y\n")]),
                scope: ["src/calc/"]
            )
            #expect(outside.codes == ["scope.outside"])
        }
    }

    @Test("search texts have to occur exactly once")
    func searches() async throws {
        try await AdmissionFixture.with { fixture in
            let rows = [
                ("return a + b", ["edit.ambiguous"]), ("nowhere", ["edit.not-found"]), ("", ["edit.empty-search"]),
                ("def sub", []),
            ]
            for (text, codes) in rows {
                let change = Edit.Change.replace([.init(search: Array(text.utf8), replace: Array("x".utf8))])
                let result = try await fixture.submit(
                    .edits([Edit(path: RepositoryPath("src/calc/core.py"), change: change)])
                )
                #expect(result.codes == codes)
            }
        }
    }
}
