#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open file descriptor with one owner, closed with it.
struct Descriptor: ~Copyable {
    let raw: Int32
    init(taking raw: Int32) { self.raw = raw }
    deinit { close(raw) }
}

extension GitError {
    /// A failed system call: what was attempted, on which path, and the system's own words.
    static func file(_ attempt: String, _ path: some CustomStringConvertible, _ number: Int32) -> GitError {
        GitError(.file, "cannot \(attempt) '\(path)': \(String(cString: strerror(number)))")
    }
}

/// Calls `body` with a name as a C string.
func withName<R>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> R) -> R {
    var terminated = name
    terminated.append(0)
    return terminated.withUnsafeBytes { buffer in
        let text = buffer.assumingMemoryBound(to: CChar.self)
        // The buffer holds at least the terminator, so it has an address.
        return text.baseAddress.map(body) ?? body("")
    }
}

/// Repeats a system call that a signal interrupted, and keeps its error number next to its result.
func retrying<R: SignedInteger>(_ call: () -> R) -> (result: R, number: Int32) {
    while true {
        let result = call()
        let number = errno
        if result != -1 || number != EINTR { return (result, number) }
    }
}

/// Writes all bytes.
///
/// - Returns: 0, or the error number of the write that failed.
func writeAll(_ descriptor: Int32, _ content: [UInt8]) -> Int32 {
    var offset = 0
    while offset < content.count {
        let (count, number) = content.withUnsafeBytes { buffer in
            retrying { write(descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset) }
        }
        if count < 0 { return number }
        offset += count
    }
    return 0
}

/// Reads to the end, or to one byte more than `limit`.
///
/// - Returns: the bytes, or the error number of the read that failed.
func readAll(_ descriptor: Int32, limit: Int) -> (content: [UInt8], number: Int32) {
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while content.count <= limit {
        let (count, number) = chunk.withUnsafeMutableBytes { buffer in
            retrying { read(descriptor, buffer.baseAddress, buffer.count) }
        }
        if count < 0 { return (content, number) }
        if count == 0 { break }
        content.append(contentsOf: chunk[..<count])
    }
    return (content, 0)
}
