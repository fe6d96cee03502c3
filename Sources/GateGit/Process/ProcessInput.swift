internal import CGit2
import SystemPackage

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Input for a child as an anonymous file.
///
/// A pipe would not do: where a program ends without reading all of it, writing on ends us with SIGPIPE, and where
/// that signal is ignored, Subprocess 1.0 traps on the descriptor it then leaves open. A file has no writer to fail.
enum ProcessInput {
    /// A descriptor that reads the given bytes from the start, not inherited but by the child it is given to.
    ///
    /// - Throws: `Errno` where no such file can be made.
    static func open(_ bytes: [UInt8]) throws -> FileDescriptor {
        let number = gk_anonymous_file()
        guard number >= 0 else { throw Errno(rawValue: errno) }
        let file = FileDescriptor(rawValue: number)
        do {
            try file.writeAll(bytes)
            try file.seek(offset: 0, from: .start)
        } catch {
            try? file.close()
            throw error
        }
        return file
    }
}
