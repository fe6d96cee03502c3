import Testing

@testable import GateReport

@Suite("patches side by side")
struct DiffViewTests {
    private static func view(_ patch: String, isWhole: Bool = true, rows: Int = 100) -> DiffView {
        var room = Room(bytes: 0, rows: rows)
        return DiffView(patch, isWhole: isWhole, show: "'show' prints all of it.", &room)
    }

    /// One row as text: `12 old | 13 new`.
    private static func text(_ row: DiffView.Row) -> String {
        func cell(_ cell: DiffView.Cell?) -> String {
            cell.map { "\($0.number) \($0.start)\($0.changed.map { "[\($0)]" } ?? "")\($0.end)" } ?? "-"
        }
        return row.gap ?? "\(cell(row.left)) | \(cell(row.right))"
    }

    @Test("old stands beside new, with what differs marked")
    func pairs() throws {
        let view = Self.view(
            """
            diff --git a/shop/core.py b/shop/core.py
            index 111..222 100644
            --- a/shop/core.py
            +++ b/shop/core.py
            @@ -3,4 +3,4 @@ def net():
             same
            -    return price + rate
            +    return price - rate
            -gone
             --- not a header
            +new
            \\ No newline at end of file

            """
        )
        let file = try #require(view.files.first)
        #expect(view.files.count == 1 && file.path == "shop/core.py" && file.kind == nil)
        #expect(file.added == 2 && file.removed == 2)
        #expect(
            file.rows.map(Self.text) == [
                "@@ -3,4 +3,4 @@ def net():", "3 same | 3 same",
                "4     return price [+] rate | 4     return price [-] rate",
                "5 gone | -", "6 --- not a header | 5 --- not a header", "- | 6 new",
            ]
        )
        #expect(view.note == nil)
    }

    @Test("new, removed, renamed and binary files say so, and have their own names")
    func kinds() {
        let view = Self.view(
            """
            diff --git a/new.py b/new.py
            new file mode 100644
            --- /dev/null
            +++ b/new.py
            @@ -0,0 +1 @@
            +one
            diff --git a/old.py b/old.py
            deleted file mode 100644
            --- a/old.py
            +++ /dev/null
            @@ -1 +0,0 @@
            -one
            diff --git a/x.py b/y.py
            similarity index 100%
            rename from x.py
            rename to y.py
            diff --git a/p.png b/p.png
            index 1..2 100644
            Binary files a/p.png and b/p.png differ

            """
        )
        #expect(view.files.map(\.path) == ["new.py", "old.py", "y.py", "a/p.png b/p.png"])
        #expect(view.files.map(\.kind) == ["new", "removed", "renamed", "binary"])
    }

    @Test("what is too long is left out by rows and within lines, and said")
    func bounds() throws {
        let lines = (1...50).map { "+\($0)" }.joined(separator: "\n")
        let many = Self.view("--- a/x\n+++ b/x\n@@ -0,0 +1,50 @@\n\(lines)\n", rows: 10)
        #expect(many.files[0].rows.count == 11)
        #expect(many.files[0].added == 50)
        #expect(many.note == "40 lines are left out; 'show' prints all of it.")
        let wide = Self.view("--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+\(String(repeating: "w", count: 5000))\n")
        #expect(wide.files[0].rows[1].right?.start.count == 1001)
        #expect(
            Self.view("--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+w\n", isWhole: false).note?.hasPrefix("The rest is") == true
        )
    }

    @Test(
        "what is no patch is no crash",
        arguments: [
            "", "\n\n", "@@", "@@ -1 @@", "@@ -99999999999999999999,1 +1 @@\n-x", "@@ -1,-5 +1,2 @@\n x", "diff --git ",
            "--- a/x\n+++ b/x\n@@ -1,1000000000 +1,1 @@\n", "+++\n---\n@@ -a,b +c,d @@\n\u{0}",
            "@@ -1 +1 @@\r\n-a\r\n+b\r\n",
        ]
    )
    func rubbish(patch: String) {
        #expect(Self.view(patch).files.count <= 1)
    }
}
