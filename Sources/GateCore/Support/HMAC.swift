/// HMAC-SHA256 as RFC 2104 defines it; tests hold it to the vectors of RFC 4231.
package enum HMAC {
    /// - Returns: 64 lower-case hexadecimal digits.
    package static func sha256Hex(key: [UInt8], _ message: [UInt8]) -> String {
        var block = key.count > 64 ? digest(key) : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        return SHA256.hex(block.map { $0 ^ 0x5C } + digest(block.map { $0 ^ 0x36 } + message))
    }

    private static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }
}
