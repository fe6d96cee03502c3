/// A text with named slots, `{{tests}}`, that are filled once: what is put into a slot is never read as a template.
package struct PromptTemplate: Sendable, Hashable {
    private enum Piece: Sendable, Hashable {
        case text(String)
        case slot(String)
    }

    private let pieces: [Piece]
    /// Where it was read from, for people: `built-in`, or the path of a file and whose it is.
    package let origin: String

    /// - Parameters:
    ///   - required: slots that must occur.
    ///   - optional: slots that may occur.
    /// - Throws: `GateFailure` with `prompt.slot` for a slot nobody knows, one that is missing, or one left open.
    package init(_ text: String, origin: String, required: Set<String>, optional: Set<String> = []) throws(GateFailure)
    {
        var pieces: [Piece] = []
        var seen: Set<String> = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                throw GateFailure(
                    "prompt.slot",
                    "\(origin): the slot '\(Excerpt.line(String(rest[open.lowerBound...]), maximum: 40))' is left open"
                )
            }
            let name = String(rest[open.upperBound..<close.lowerBound]).filter { $0 != " " }
            let known = required.union(optional).sorted()
            guard known.contains(name) else {
                throw GateFailure(
                    "prompt.slot",
                    "\(origin): nobody knows the slot '{{\(Excerpt.visible(name))}}'",
                    hints: ["there are: \(known.map { "{{\($0)}}" }.joined(separator: ", "))"]
                )
            }
            seen.insert(name)
            pieces.append(.text(String(rest[..<open.lowerBound])))
            pieces.append(.slot(name))
            rest = rest[close.upperBound...]
        }
        pieces.append(.text(String(rest)))
        if let missing = required.subtracting(seen).sorted().first {
            throw GateFailure(
                "prompt.slot",
                "\(origin): the slot '{{\(missing)}}' is missing",
                hints: ["without it the backend would not be told what it has to know"]
            )
        }
        self.pieces = pieces
        self.origin = origin
    }

    /// The text with every slot filled; one without a value is left empty.
    package func filled(_ values: [String: String]) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .slot(let name): values[name] ?? ""
            }
        }.joined()
    }
}
