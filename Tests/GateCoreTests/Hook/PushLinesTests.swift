import GateCore
import GateGit
import Testing

@Suite("lines of a push")
struct PushLinesTests {
    private static let one = String(repeating: "1", count: 40)
    private static let two = String(repeating: "a", count: 40)
    private static let zero = ObjectID.zero.hex

    private static func id(_ hex: String) throws -> ObjectID { try #require(ObjectID(hex: hex)) }

    private static func read(_ text: String, _ form: PushLines.Form = .sending) throws -> [RefUpdate] {
        try PushLines.parse(Array(text.utf8), form)
    }

    @Test("a line says which reference, from what, to what, and what the pusher called it")
    func plain() throws {
        let updates = try Self.read(
            """
            refs/heads/main \(Self.two) refs/heads/main \(Self.one)
            refs/heads/new \(Self.two) refs/heads/new \(Self.zero)
            (delete) \(Self.zero) refs/heads/old \(Self.one)

            """
        )
        #expect(
            updates == [
                RefUpdate(
                    reference: "refs/heads/main",
                    old: try Self.id(Self.one),
                    new: try Self.id(Self.two),
                    source: "refs/heads/main"
                ),
                RefUpdate(
                    reference: "refs/heads/new",
                    old: .zero,
                    new: try Self.id(Self.two),
                    source: "refs/heads/new"
                ),
                RefUpdate(reference: "refs/heads/old", old: try Self.id(Self.one), new: .zero, source: "(delete)"),
            ]
        )
        #expect(updates.map(\.isCreation) == [false, true, false])
        #expect(updates.map(\.isDeletion) == [false, false, true])
    }

    @Test("no line at all is a push of nothing, and a last line may do without its newline")
    func ends() throws {
        #expect(try Self.read("") == [])
        #expect(try Self.read("HEAD \(Self.two) refs/heads/main \(Self.one)").count == 1)
        #expect(try Self.read("\(Self.one) \(Self.two) refs/heads/main", .receiving).first?.source == nil)
    }

    @Test("what the pusher typed may hold blanks, bytes that are no UTF-8, and anything else in one line")
    func sources() throws {
        for source in ["HEAD^{/fix the bug}", "main@{2 days ago}", ":/a b c", "HEAD~1", Self.two] {
            let update = try #require(try Self.read("\(source) \(Self.two) refs/heads/x \(Self.zero)\n").first)
            #expect(update.source == source)
            #expect(update.reference == "refs/heads/x")
        }
        let bytes = Array("refs/heads/caf".utf8) + [0xE9] + Array(" \(Self.two) refs/heads/caf".utf8) + [0xE9]
        let update = try PushLines.parse(bytes + Array(" \(Self.zero)\n".utf8), .sending)
        #expect(update.map(\.reference) == ["refs/heads/caf\u{FFFD}"])
    }

    static let badLines: [(String, PushLines.Form)] = [
        ("\n", .sending),
        ("main\n", .sending),
        ("refs/heads/main \(one) refs/heads/main\n", .sending),
        ("refs/heads/main \(one) refs/heads/main \(two.dropLast())\n", .sending),
        ("refs/heads/main \(one) refs/heads/main \(two)1\n", .sending),
        ("refs/heads/main \(two.uppercased()) refs/heads/main \(one)\n", .sending),
        ("refs/heads/main \(one) refs/heads/main g\(two.dropFirst())\n", .sending),
        ("refs/heads/main \(one) main \(two)\n", .sending),
        ("refs/heads/main \(one) refs/heads/../../config \(two)\n", .sending),
        ("refs/heads/main \(one) refs/heads/a..b \(two)\n", .sending),
        ("refs/heads/main \(one) refs/heads/.hidden \(two)\n", .sending),
        ("refs/heads/main \(one) refs/heads/x.lock \(two)\n", .sending),
        ("refs/heads/main \(one) refs/heads//x \(two)\n", .sending),
        ("refs/heads/main \(one) refs/heads/x\u{7} \(two)\n", .sending),
        ("refs/heads/main \(one) refs/heads/x\u{0} \(two)\n", .sending),
        ("refs/heads/main\u{1B}[2J \(one) refs/heads/x \(two)\n", .sending),
        (" \(one) refs/heads/x \(two)\n", .sending),
        ("refs/heads/main \(one) refs/heads/main \(two)\r\n", .sending),
        ("refs/heads/main\t\(one)\trefs/heads/main\t\(two)\n", .sending),
        ("a \(one) refs/heads/a \(two)\n\nb \(one) refs/heads/b \(two)\n", .sending),
        ("\(one) \(two)\n", .receiving),
        ("\(one) \(two) refs/heads/a b\n", .receiving),
        ("\(one) \(two) HEAD\n", .receiving),
        ("refs/heads/main \(one) refs/heads/main \(two)\n", .receiving),
    ]

    @Test("a line that git would not write is refused, with its number and what is wrong with it", arguments: badLines)
    func malformed(_ line: (text: String, form: PushLines.Form)) throws {
        let error = #expect(throws: GateFailure.self) { try Self.read(line.text, line.form) }
        #expect(error?.code == "hook.malformed-line", "\(line.text)")
        #expect(error?.message.hasPrefix("line ") == true)
    }

    @Test("the number of the bad line is said, and the good ones before it do not count")
    func number() throws {
        let good = "HEAD \(Self.two) refs/heads/main \(Self.one)\n"
        let error = #expect(throws: GateFailure.self) { try Self.read(good + good + "nonsense\n") }
        #expect(error?.message.contains("line 3") == true && error?.message.contains("'nonsense'") == true)
    }

    @Test("ids of a SHA-256 repository are named as what they are")
    func sha256() throws {
        let long = String(repeating: "c", count: 64)
        let error = #expect(throws: GateFailure.self) { try Self.read("HEAD \(long) refs/heads/main \(long)\n") }
        #expect(error?.code == "hook.object-format")
    }

    @Test("a hundred thousand lines are read")
    func many() throws {
        let lines = (0..<100_000).map { "HEAD \(Self.two) refs/heads/b\($0) \(Self.zero)\n" }.joined()
        #expect(try Self.read(lines).count == 100_000)
    }
}
