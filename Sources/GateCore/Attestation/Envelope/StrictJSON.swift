/// Reads JSON that anybody may have written: small, shallow, and with one meaning only.
enum StrictJSON {
    private static let maximumDepth = 16

    /// The members of a document that is one object.
    ///
    /// - Throws: where it is too large or too deep, is no UTF-8 or no JSON, or gives a key twice, which readers take
    ///   in different ways.
    static func object(_ bytes: [UInt8], maximumBytes: Int) throws(MalformedAttestation) -> JSONValue {
        guard bytes.count <= maximumBytes else {
            throw MalformedAttestation("it is \(bytes.count) bytes long; \(maximumBytes) is the most")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw MalformedAttestation("it is no UTF-8 text")
        }
        guard depth(bytes) <= maximumDepth else {
            throw MalformedAttestation("it is nested more than \(maximumDepth) levels deep")
        }
        guard let value = JSONValue.read(bytes), value.isObject else {
            throw MalformedAttestation("it is not one JSON object")
        }
        if let key = JSONKeys.firstDouble(in: bytes) {
            throw MalformedAttestation("it gives '\(Excerpt.line(key, maximum: 40))' twice")
        }
        return value
    }

    /// The deepest nesting of brackets outside texts.
    private static func depth(_ bytes: [UInt8]) -> Int {
        var deepest = 0
        var open = 0
        var isText = false
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "\\") where isText: index += 1
            case UInt8(ascii: "\""): isText.toggle()
            case UInt8(ascii: "{") where !isText, UInt8(ascii: "[") where !isText:
                open += 1
                deepest = max(deepest, open)
            case UInt8(ascii: "}") where !isText, UInt8(ascii: "]") where !isText: open -= 1
            default: break
            }
            index += 1
        }
        return deepest
    }
}
