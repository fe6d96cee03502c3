/// Takes known secrets, and what has the shape of one, out of everything that is shown, kept or sent.
///
/// One pass over the bytes, whatever their encoding. A mark stands in place of what was taken: `‹redacted:kind:hash›`.
/// The hash is keyed for one run, so that equal secrets have equal marks in it and nobody can try values against one.
package struct Redactor: Sendable {
    /// A value that must not leave, and what to call it.
    package struct Secret: Sendable, Hashable {
        package let kind: String
        package let value: [UInt8]

        package init(kind: String, value: [UInt8]) {
            self.kind = kind
            self.value = value
        }
    }

    private let values: SecretMatcher
    private let shapes: SecretMatcher
    private let key: [UInt8]
    private let secrets: [Secret]

    /// Takes nothing out.
    package static let none = Redactor(secrets: [], shapes: [])

    /// - Parameter secrets: values that must not leave; each is also looked for escaped and encoded.
    package init(secrets: [Secret]) { self.init(secrets: secrets, shapes: SecretShape.all) }

    private init(secrets: [Secret], shapes: [SecretShape]) {
        var generator = SystemRandomNumberGenerator()
        key = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        self.secrets = secrets
        var entries: [SecretMatcher.Entry] = []
        for secret in secrets {
            // A value of several lines may be printed line by line.
            let lines = secret.value.split(separator: 0x0A).map(Array.init).filter { $0.count >= 16 }
            for part in [secret.value] + (lines.count > 1 ? lines : []) {
                entries += SecretForms.all(of: part).map { .init(prefix: $0.bytes, body: .form($0, secret)) }
            }
        }
        values = SecretMatcher(entries)
        self.shapes = SecretMatcher(shapes.map { .init(prefix: $0.prefix, body: .shape($0)) })
    }

    /// The same bytes with marks in place of secrets.
    package func redact(_ bytes: [UInt8]) -> [UInt8] {
        // What is known goes first and whole, so that no shape can take a part of it.
        replace(in: replace(in: bytes, values), shapes)
    }

    private func replace(in bytes: [UInt8], _ matcher: SecretMatcher) -> [UInt8] {
        var result: [UInt8] = []
        var copied = 0
        matcher.scan(bytes) { range, kind, value in
            result += bytes[copied..<range.lowerBound]
            result += mark(kind, value)
            copied = range.upperBound
        }
        return copied == 0 ? bytes : result + bytes[copied...]
    }

    /// The same text with marks in place of secrets.
    package func redact(_ text: String) -> String {
        guard !text.isEmpty else { return text }
        let bytes = Array(text.utf8)
        let redacted = redact(bytes)
        return redacted == bytes ? text : String(decoding: redacted, as: UTF8.self)
    }

    /// Known values that stand in some bytes, in any form; shapes are not looked for.
    package func known(in bytes: [UInt8]) -> Set<Secret> {
        var found: Set<Secret> = []
        values.scan(bytes) { _, kind, value in found.insert(Secret(kind: kind, value: value)) }
        return found
    }

    private func mark(_ kind: String, _ value: [UInt8]) -> [UInt8] {
        Array("‹redacted:\(kind):\(SHA256.hex(key + value).prefix(8))›".utf8)
    }
}
