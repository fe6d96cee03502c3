/// The id of a git object: 40 lower-case hexadecimal digits.
package struct ObjectID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let hex: String

    /// Creates an id from its full hexadecimal form; `nil` for anything else.
    package init?(hex: some StringProtocol) {
        guard hex.utf8.count == 40, hex.utf8.allSatisfy(Self.isHexDigit) else { return nil }
        self.hex = hex.lowercased()
    }

    init(unchecked hex: String) { self.hex = hex }

    /// The id git writes for "no object", as in the lines of a push.
    package static let zero = ObjectID(unchecked: String(repeating: "0", count: 40))

    /// The id of the tree without entries.
    package static let emptyTree = ObjectID(unchecked: "4b825dc642cb6eb9a060e54bf8d69288fbee4904")

    package var isZero: Bool { self == .zero }
    package var abbreviated: String { String(hex.prefix(10)) }
    package var description: String { hex }

    package static func < (left: ObjectID, right: ObjectID) -> Bool { left.hex < right.hex }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
    }
}
