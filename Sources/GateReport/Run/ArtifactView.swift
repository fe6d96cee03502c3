import GateCore

/// How much of artifacts a page still has room for: it has to open at once, whatever tests print.
struct Room {
    /// Bytes of text.
    var bytes = 3 << 20
    /// Rows of patches.
    var rows = 6000
}

/// One artifact on a page.
struct ArtifactView {
    let name: String
    /// What it is, for people.
    let label: String
    let size: String?
    /// Its content, or the beginning and the end of it.
    var text: String?
    /// Its fields, where it is a JSON document.
    var fields: [Field] = []
    /// Why there is no content, or not all of it.
    var note: String?
    /// Whether what lies there is not what the run wrote.
    var isAltered = false

    struct Field {
        let name: String
        let value: String
    }

    init(_ name: String, label: String, run: String, _ shelf: EvidenceShelf, _ room: inout Room) {
        self.name = Words.name(name)
        self.label = label
        let show = "'git gatekeeper show \(run) \(Words.name(name))' prints"
        switch shelf.state(of: name) {
        case .altered:
            size = nil
            isAltered = true
            note = "It is not as the run wrote it, so it is no evidence and is not shown."
        case .missing:
            size = nil
            isAltered = true
            note = "It is gone."
        case .unknown:
            size = nil
            note = "The record holds no digest of it, so it is not shown; \(show) it."
        case .intact(let piece):
            size = Words.size(piece.size)
            guard piece.head.count + piece.tail.count <= room.bytes else {
                note = "This page has no room for it; \(show) it."
                return
            }
            room.bytes -= piece.head.count + piece.tail.count
            if name.hasSuffix(".json"), let fields = Self.fields(piece) {
                self.fields = fields
                return
            }
            if piece.leftOut > 0 { note = "\(Words.size(piece.leftOut)) are left out; \(show) all of it." }
            let gap = piece.leftOut > 0 ? "\n\n[… \(Words.size(piece.leftOut)) left out …]\n\n" : ""
            text = PlainText.of(piece.head) + gap + PlainText.of(piece.tail)
        }
    }

    /// The fields of a JSON object, texts as they are and everything else as JSON; `nil` where it is no such thing.
    private static func fields(_ piece: EvidenceShelf.Piece) -> [Field]? {
        guard piece.leftOut == 0, case .object(let object)? = try? JSON.decode(JSONValue.self, from: piece.head),
            object.count <= 60
        else { return nil }
        return object.sorted { $0.key < $1.key }.compactMap { key, value in
            switch value {
            case .null, .text(""), .list([]), .object([:]): nil
            case .text(let text): Field(name: Words.name(key), value: PlainText.of(Array(text.utf8)))
            default: Field(name: Words.name(key), value: Self.json(value))
            }
        }
    }

    private static func json(_ value: JSONValue) -> String {
        var text = ((try? JSON.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "")
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}
