import GateGit

/// Reads what git writes to the standard input of `pre-push` and `pre-receive`: one line for each reference.
///
/// Nothing is guessed: a line that is not exactly of the form, wherever it comes from, is an error.
package enum PushLines {
    /// Which of the two hooks the lines are for.
    package enum Form: Sendable, Hashable {
        /// `<local reference> <local id> <remote reference> <remote id>`
        case sending
        /// `<old id> <new id> <reference>`
        case receiving

        /// The form in words, for messages.
        var description: String {
            switch self {
            case .sending: "<local ref> <local id> <remote ref> <remote id>"
            case .receiving: "<old id> <new id> <ref>"
            }
        }
    }

    /// The updates in the order of the lines; none where the input is empty, as git gives it when all is up to date.
    ///
    /// - Throws: `GateFailure` with `hook.malformed-line`, which shows the line and its number, or `hook.object-format`
    ///   where the ids are those of a SHA-256 repository.
    package static func parse(_ input: [UInt8], _ form: Form) throws -> [RefUpdate] {
        var lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Every line ends in a newline, so nothing follows the last one; a last line that is whole may do without.
        if lines.last?.isEmpty == true { lines.removeLast() }
        var updates: [RefUpdate] = []
        updates.reserveCapacity(lines.count)
        for (index, line) in lines.enumerated() {
            guard let update = try update(line, form) else { throw malformed(line, number: index + 1, form) }
            updates.append(update)
        }
        return updates
    }

    private static func update(_ line: ArraySlice<UInt8>, _ form: Form) throws -> RefUpdate? {
        let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        switch form {
        case .sending:
            // What the pusher typed may hold blanks, as in 'HEAD^{/some words}': it is whatever the others leave.
            guard fields.count >= 4, let old = try id(fields[fields.count - 1]),
                let reference = reference(fields[fields.count - 2]), let new = try id(fields[fields.count - 3])
            else { return nil }
            let source = Array(fields.dropLast(3).joined(separator: [UInt8(ascii: " ")]))
            guard !source.isEmpty, !source.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
            return RefUpdate(
                reference: reference,
                old: old,
                new: new,
                source: String(decoding: source, as: UTF8.self)
            )
        case .receiving:
            guard fields.count == 3, let old = try id(fields[0]), let new = try id(fields[1]),
                let reference = reference(fields[2])
            else { return nil }
            return RefUpdate(reference: reference, old: old, new: new)
        }
    }

    private static func id(_ field: ArraySlice<UInt8>) throws -> ObjectID? {
        let text = String(decoding: field, as: UTF8.self)
        if text.utf8.count == 64, text.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) {
            throw GateFailure(
                "hook.object-format",
                "the push is about SHA-256 objects, which the gate cannot read",
                hints: ["run the gate in a SHA-1 clone of the project"]
            )
        }
        // Git writes lower case; anything else was not written by git.
        guard let id = ObjectID(hex: text), id.hex == text else { return nil }
        return id
    }

    /// A full reference name, held to git's own rules as far as they keep it in one piece and in one place.
    private static func reference(_ field: ArraySlice<UInt8>) -> String? {
        let banned = Set("~^:?*[\\".utf8)
        guard field.starts(with: "refs/".utf8),
            !field.contains(where: { $0 < 0x21 || $0 == 0x7F || banned.contains($0) })
        else { return nil }
        let text = String(decoding: field, as: UTF8.self)
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isWhole = parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") }
        guard parts.count >= 2, isWhole, !text.contains(".."), !text.contains("@{"), !text.hasSuffix(".") else {
            return nil
        }
        return text
    }

    private static func malformed(_ line: ArraySlice<UInt8>, number: Int, _ form: Form) -> GateFailure {
        let shown = Excerpt.line(String(decoding: line.prefix(400), as: UTF8.self), maximum: 120)
        return GateFailure(
            "hook.malformed-line",
            "line \(number) of the push is \(shown.isEmpty ? "empty" : "'\(shown)'"), not '\(form.description)'",
            hints: ["git writes these lines; whatever runs the hook must hand them on as they are"]
        )
    }
}
