#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How the gate writes and reads JSON everywhere: sorted keys, UTC dates, no escaped slashes.
package enum JSON {
    /// Encodes a wire type, with a newline at the end.
    package static func encode(_ value: some Encodable, pretty: Bool = true) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            pretty ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        let bytes = Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
        return pretty ? closingEmpty(bytes) : bytes
    }

    /// Puts the brackets of empty lists and objects together again; the encoder puts blank lines between them.
    ///
    /// Within text a newline is escaped, so no text is touched.
    private static func closingEmpty(_ bytes: [UInt8]) -> [UInt8] {
        var closed: [UInt8] = []
        closed.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            closed.append(byte)
            index += 1
            guard byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{"), index < bytes.endIndex,
                bytes[index] == UInt8(ascii: "\n"),
                let next = bytes[index...].firstIndex(where: { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: " ") }),
                bytes[next] == UInt8(ascii: "]") || bytes[next] == UInt8(ascii: "}")
            else { continue }
            index = next
        }
        return closed
    }

    /// Decodes a wire type.
    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try decoder.decode(type, from: Data(bytes))
    }
}
