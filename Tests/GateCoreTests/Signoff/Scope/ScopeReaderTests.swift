import Testing

@testable import GateCore

@Suite("scope matrices as they are written")
struct ScopeReaderTests {
    private static let row = """
        {"id":"core","surface":"core","expected_change":"sub takes floats","state":"implemented","owner":"ann",\
        "files":["core/**"],"gates":["check:test"],"package":{"ecosystem":"npm","name":"core","folder":"core"},\
        "producer_version":"1.3.0","consumers":[{"folder":"app","version":"2.0.0","locked":false}],"branch":"main",\
        "pull_request":12}
        """
    private static func matrix(_ rows: String...) -> String { "{\"rows\":[\(rows.joined(separator: ","))]}" }

    @Test("every column is read")
    func whole() throws {
        let matrix = try ScopeReader.read(Array(Self.matrix(Self.row).utf8), name: "scope.json")
        let row = try #require(matrix.rows.first)
        #expect(row.id == "core" && row.owner == "ann" && row.state == .implemented && row.pullRequest == "12")
        #expect(row.package == ScopeMatrix.Package(ecosystem: .npm, name: "core", folder: "core"))
        #expect(row.consumers == [ScopeMatrix.Consumer(folder: "app", version: "2.0.0", isLocked: false)])
        #expect(row.files.map(\.pattern) == ["core/**"] && row.gates == ["check:test"] && row.branch == "main")
        let later = try ScopeReader.read(
            Array(
                Self.matrix(
                    #"{"id":"a","surface":"a","expected_change":"b","state":"intentionally-deferred","owner":"bo","until":"2028-02-29","reason":"later"}"#,
                    #"{"id":"b","surface":"a","expected_change":"b","state":"not-applicable","owner":"bo","proof":{"file":"a/b","sha256":"\#(String(repeating: "a", count: 64))"}}"#,
                    #"{"id":"c","surface":"a","expected_change":"b","state":"implemented","owner":"bo","repository":"../x","tree":"\#(String(repeating: "a", count: 40))"}"#
                ).utf8
            ),
            name: "scope.json"
        )
        #expect(later.rows.map(\.state) == [.deferred, .notApplicable, .implemented])
    }

    /// A row of which one place is written otherwise, and words of the complaint.
    static let broken: [(old: String, new: String, words: String)] = [
        (#""id":"core","#, "", "row 1: field 'id' is missing"),
        (#""id":"core""#, #""id":"a b""#, "row 1 ('a b'): field 'id' is 'a b'"),
        (#""owner":"ann""#, #""owner":"""#, "row 1 ('core'): field 'owner' is empty"),
        (#""owner":"ann","#, "", "field 'owner' is missing"),
        (#""owner":"ann""#, #""owner":7"#, "field 'owner' is a number, not text"),
        (#""owner":"ann""#, #""owner":"ann","owner":"bo""#, "row 1: field 'owner' is given twice"),
        (#""owner":"ann""#, #""owner":"ann","ow\u006eer":"bo""#, "row 1: field 'owner' is given twice"),
        (#""owner":"ann""#, #""owner":"ann","onwer":"bo""#, "row 1 ('core'): field 'onwer' is unknown"),
        (#""owner":"ann""#, #""owner":"a\u0007""#, "holds control characters"),
        (#""state":"implemented""#, #""state":"done""#, "field 'state' is 'done'; there are: implemented"),
        (#""state":"implemented""#, #""state":"intentionally-deferred""#, "field 'until' is missing"),
        (#""state":"implemented""#, #""state":"intentionally-deferred","until":"soon""#, "write a day as 2026-12-31"),
        (#""state":"implemented""#, #""state":"intentionally-deferred","until":"2027-02-29""#, "write a day"),
        (
            #""state":"implemented""#, #""state":"implemented","until":"2027-02-28""#,
            "belongs to 'intentionally-deferred'"
        ),
        (#""state":"implemented""#, #""state":"not-applicable""#, "field 'proof' is missing"),
        (
            #""state":"implemented""#, #""state":"not-applicable","proof":"it has nothing to do with it""#,
            "field 'proof' is text"
        ),
        (#""state":"implemented""#, #""state":"not-applicable","proof":{}"#, "a sentence is no proof"),
        (#""state":"implemented""#, #""state":"not-applicable","proof":{"untouched":["["]}"#, "which is no glob"),
        (
            #""state":"implemented""#, #""state":"not-applicable","proof":{"gate":"x","file":"y"}"#,
            "field 'proof' has to hold"
        ),
        (
            #""state":"implemented""#,
            #""state":"not-applicable","proof":{"file":"../x","sha256":"\#(String(repeating: "a", count: 64))"}"#,
            "within the repository"
        ),
        (
            #""state":"implemented""#, #""state":"not-applicable","proof":{"file":"x","sha256":"A"}"#,
            "64 hexadecimal digits"
        ),
        (
            #""state":"implemented""#, #""state":"implemented","proof":{"gate":"check:test"}"#,
            "belongs to 'not-applicable'"
        ),
        (#""state":"implemented""#, #""state":"implemented","repository":"../x""#, "field 'tree' is missing"),
        (
            #""state":"implemented""#, #""state":"implemented","repository":"../x","tree":"main""#,
            "which is no object id"
        ),
        (
            #""state":"implemented""#, #""state":"not-applicable","repository":"../x""#,
            "cannot be shown of another repository"
        ),
        (#""files":["core/**"],"#, "", "field 'files' is missing"),
        (#""files":["core/**"]"#, #""files":"core/**""#, "field 'files' is text"),
        (#""files":["core/**"]"#, #""files":["../core"]"#, "which is no glob"),
        (#""files":["core/**"]"#, #""files":[1]"#, "field 'files[1]' has to be text"),
        (#""ecosystem":"npm""#, #""ecosystem":"maven""#, "field 'package.ecosystem' is 'maven'"),
        (#""name":"core","#, "", "field 'package.name' is missing"),
        (#""folder":"core"}"#, #""folder":"../core"}"#, "field 'package.folder' has to be a path within"),
        (#""folder":"core"}"#, #""folder":"/core"}"#, "field 'package.folder' has to be a path within"),
        (#""folder":"core"}"#, #""folder":"core","path":"x"}"#, "field 'package.path' is unknown"),
        (#""producer_version":"1.3.0","#, "", "field 'producer_version' is missing"),
        (#""package":{"ecosystem":"npm","name":"core","folder":"core"},"#, "", "field 'package' is missing"),
        (#"{"folder":"app""#, #"{"place":"app""#, "field 'consumers[1].folder' is missing"),
        (#""locked":false"#, #""locked":"no""#, "field 'consumers[1].locked' is text"),
    ]

    @Test("whatever is not as it should be is named with its row and field", arguments: broken.indices)
    func strict(_ index: Int) throws {
        let (old, new, words) = Self.broken[index]
        #expect(Self.row.contains(old))
        let text = Self.matrix(Self.row.replacing(old, with: new))
        let failure = #expect(throws: GateFailure.self) { try ScopeReader.read(Array(text.utf8), name: "scope.json") }
        #expect(failure?.code == "scope.invalid")
        #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
    }

    @Test("of what is given twice the row is named, however deep it lies")
    func doubled() {
        let second = #"{"id":"b","surface":"a","consumers":[{},{"folder":"a","folder":"b"}]}"#
        let text = Self.matrix(Self.row, second)
        let failure = #expect(throws: GateFailure.self) { try ScopeReader.read(Array(text.utf8), name: "x") }
        #expect(failure?.message.contains("row 2: field 'folder' is given twice") == true)
    }

    @Test(
        "what is no matrix is none",
        arguments: [
            "", "[]", "{}", #"{"rows":{}}"#, #"{"rows":[]}"#, #"{"rows":[1]}"#, "{\"rows\":[\(row)],\"x\":1}",
            "{\"rows\":[\(row)],\"rows\":[]}", "{\"rows\":[\(row),\(row)]}",
            "{\"rows\":[\((0...ScopeReader.mostRows).map { _ in "{}" }.joined(separator: ","))]}",
            String(repeating: " ", count: ScopeReader.mostBytes + 1), String(repeating: "[", count: 100_000),
        ]
    )
    func noMatrix(_ text: String) {
        #expect(throws: GateFailure.self) { try ScopeReader.read(Array(text.utf8), name: "scope.json") }
    }
}
