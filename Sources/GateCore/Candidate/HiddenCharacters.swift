import GateGit

/// Characters that make text look other than it is: invisible ones, those that turn the direction of text, and those
/// that steer a terminal.
package enum HiddenCharacters {
    /// How often a text holds each of them.
    struct Census: Sendable, Hashable {
        var invisible: [UInt32: Int] = [:]
        var control: [UInt32: Int] = [:]

        init() {}

        init(_ bytes: [UInt8]) {
            var scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars[...]
            // A byte order mark at the start hides nothing.
            if scalars.first == "\u{FEFF}" { scalars = scalars.dropFirst() }
            var previous: UInt32 = 0
            for scalar in scalars {
                // A carriage return that no newline follows is a new line for some readers and none for others.
                if previous == 0x0D, scalar != "\n" { control[0x0D, default: 0] += 1 }
                previous = scalar.value
                if HiddenCharacters.isInvisible(scalar.value) { invisible[scalar.value, default: 0] += 1 }
                if HiddenCharacters.isControl(scalar.value) { control[scalar.value, default: 0] += 1 }
            }
            if previous == 0x0D { control[0x0D, default: 0] += 1 }
        }

        mutating func add(_ other: Census) {
            invisible.merge(other.invisible, uniquingKeysWith: +)
            control.merge(other.control, uniquingKeysWith: +)
        }
    }

    /// What a file gains of them, beyond what it held and what removed files held.
    static func findings(
        _ path: RepositoryPath,
        before: [UInt8],
        after: [UInt8],
        moved: Census
    ) -> [AdmissionFinding] {
        var known = Census(before)
        known.add(moved)
        let now = Census(after)
        func gained(_ now: [UInt32: Int], _ known: [UInt32: Int]) -> String? {
            now.filter { $0.value > known[$0.key, default: 0] }.keys.min().map { "U+" + hexadecimal($0) }
        }
        var findings: [AdmissionFinding] = []
        if let scalar = gained(now.invisible, known.invisible) {
            findings.append(
                AdmissionFinding(
                    code: "content.bidi",
                    path: path,
                    message: "'\(path)' gains the invisible character \(scalar)"
                )
            )
        }
        if let scalar = gained(now.control, known.control) {
            findings.append(
                AdmissionFinding(
                    code: "content.control",
                    path: path,
                    message: "'\(path)' gains the control character \(scalar)"
                )
            )
        }
        return findings
    }

    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Zero-width and direction-changing characters, fillers that count as letters, and tags. Selectors that colour a
    /// picture are left out, because plain text is full of them.
    package static func isInvisible(_ value: UInt32) -> Bool {
        switch value {
        case 0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180E, 0x200B...0x200F, 0x2028...0x202E,
            0x2060...0x206F, 0x3164, 0xFEFF, 0xFFA0, 0xFFF9...0xFFFB, 0x1D173...0x1D17A, 0xE0000...0xE0FFF:
            true
        default: false
        }
    }

    /// Everything below the space but tab, newline, form feed and a return before a newline; and the second such set.
    private static func isControl(_ value: UInt32) -> Bool {
        switch value {
        case 0x00...0x08, 0x0B, 0x0E...0x1F, 0x7F...0x9F: true
        default: false
        }
    }
}
