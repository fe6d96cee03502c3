/// The ways one secret value is written down by programs that print it.
enum SecretForms {
    struct Form: Sendable {
        let bytes: [UInt8]
        /// Whether tools break it into lines.
        let isWrapped: Bool
    }

    /// Shortest form that is looked for, in bytes; less would hit by chance.
    static let least = 6

    /// A value as it is, escaped, percent-encoded, in hexadecimal and inside of Base64, whatever stands before it there.
    static func all(of value: [UInt8]) -> [Form] {
        var forms = [Form(bytes: value, isWrapped: false)]
        forms += [jsonEscaped(value), htmlEscaped(value)].map { Form(bytes: $0, isWrapped: false) }
        for digits in [Array("0123456789ABCDEF".utf8), Array("0123456789abcdef".utf8)] {
            forms.append(Form(bytes: value.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, isWrapped: true))
            for kept in ["-_.~", "-_.~!'()*", "-_.~/", "-_.*+"] {
                forms.append(Form(bytes: percentEncoded(value, keeping: Array(kept.utf8), digits), isWrapped: false))
            }
        }
        for alphabet in [Self.standard, Self.urlSafe] {
            for shift in 0..<3 { forms.append(Form(bytes: base64(value, shift: shift, alphabet), isWrapped: true)) }
        }
        var seen: Set<[UInt8]> = []
        return forms.filter { $0.bytes.count >= least && seen.insert($0.bytes).inserted }
    }

    private static let standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlSafe = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The digits of Base64 that depend on the value alone, where `shift` bytes of something else stand before it.
    private static func base64(_ value: [UInt8], shift: Int, _ alphabet: [UInt8]) -> [UInt8] {
        let bytes = [UInt8](repeating: 0, count: shift) + value
        var digits: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let group = (0..<3).map { index + $0 < bytes.count ? UInt32(bytes[index + $0]) : 0 }
            let bits = group[0] << 16 | group[1] << 8 | group[2]
            digits += [18, 12, 6, 0].map { alphabet[Int(bits >> $0 & 63)] }
            index += 3
        }
        // A digit that shares its bits with a neighbour of the value is anybody's.
        let first = (shift * 8 + 5) / 6
        let end = bytes.count * 8 / 6
        return first < end ? Array(digits[first..<end]) : []
    }

    private static func percentEncoded(_ value: [UInt8], keeping kept: [UInt8], _ digits: [UInt8]) -> [UInt8] {
        value.flatMap { byte -> [UInt8] in
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || kept.contains(byte)
            return isPlain ? [byte] : [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    private static func jsonEscaped(_ value: [UInt8]) -> [UInt8] {
        value.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x22, 0x5C: [0x5C, byte]
            case 0x0A: Array("\\n".utf8)
            case 0x0D: Array("\\r".utf8)
            case 0x09: Array("\\t".utf8)
            default: [byte]
            }
        }
    }

    private static func htmlEscaped(_ value: [UInt8]) -> [UInt8] {
        value.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x26: Array("&amp;".utf8)
            case 0x3C: Array("&lt;".utf8)
            case 0x3E: Array("&gt;".utf8)
            case 0x22: Array("&quot;".utf8)
            default: [byte]
            }
        }
    }
}
