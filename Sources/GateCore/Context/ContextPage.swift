/// A context as it grows: titled parts between fences, and how much room is left.
struct ContextPage: Sendable {
    private struct Block {
        let title: String
        /// The gate's own word on the part; empty where there is none.
        let note: String
        let body: String
        /// Whether a person of this run said it, so that it is more than data.
        let isTrusted: Bool
    }

    private let budget: ContextBudget
    private var blocks: [Block] = []
    private var used = DataFence.sentenceCost
    private var reserved = 0
    private var files: [ShownFile] = []
    private var leftOut: [LeftOut] = []

    private let redactor: Redactor

    init(budget: ContextBudget, redactor: Redactor) {
        self.budget = budget
        self.redactor = redactor
    }

    /// Bytes that may still be filled.
    var room: Int { max(0, budget.total - budget.leftOut - used - reserved) }

    /// Bytes that a part takes with its title and fences.
    static func cost(_ title: String, _ body: String, note: String = "") -> Int {
        title.utf8.count + 1 + (note.isEmpty ? 0 : note.utf8.count + 1) + body.utf8.count + DataFence.cost + 3
    }

    /// Keeps room free for what comes later.
    mutating func reserve(_ bytes: Int) { reserved = bytes }

    mutating func add(_ title: String, _ body: String, note: String = "", isTrusted: Bool = false) {
        let (title, note) = (redactor.redact(title), redactor.redact(note))
        let cost = Self.cost(title, body, note: note)
        guard cost <= room || blocks.isEmpty else {
            leaveOut(title, bytes: cost)
            return
        }
        used += cost
        blocks.append(Block(title: title, note: note, body: body, isTrusted: isTrusted))
    }

    mutating func add(_ file: ShownFile, title: String, note: String, body: String) {
        let before = blocks.count
        add(title, body, note: note)
        if blocks.count > before { files.append(file) }
    }

    mutating func leaveOut(_ title: String, bytes: Int) {
        leftOut.append(LeftOut(title: redactor.redact(title), tokens: ContextBudget.tokens(bytes)))
    }

    /// The whole text, with a list of what is not in it.
    func finish() -> ContextBuilder.Context {
        let fence = DataFence(around: blocks.map(\.body))
        var text = ""
        for (index, block) in blocks.enumerated() {
            text += block.title + "\n"
            if index == 0, !fence.nonce.isEmpty { text += fence.sentence + "\n" }
            if !block.note.isEmpty { text += block.note + "\n" }
            text += (block.isTrusted ? block.body + "\n" : fence.enclose(block.body)) + "\n"
        }
        if !leftOut.isEmpty {
            var list = "# LEFT_OUT\n"
            var shown = 0
            for one in leftOut {
                let line = "- \(one.title)" + (one.tokens > 0 ? " (about \(one.tokens) tokens)" : "") + "\n"
                guard list.utf8.count + line.utf8.count + 40 <= budget.leftOut else { break }
                list += line
                shown += 1
            }
            if shown < leftOut.count { list += "- and \(leftOut.count - shown) more\n" }
            text += list
        }
        return ContextBuilder.Context(text: text, files: files, leftOut: leftOut, fence: fence)
    }
}
