import SystemPackage

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Small files in folders that only the gate knows.
package enum SafeScratch {
    /// Writes a new file of a fresh name into a private folder.
    ///
    /// - Returns: its absolute path.
    package static func file(named stem: String, content: [UInt8], in folder: String) throws -> String {
        for _ in 0..<16 {
            let path = "\(folder)/\(stem)-\(nonce())"
            do {
                let descriptor = try FileDescriptor.open(
                    path,
                    .writeOnly,
                    options: [.create, .exclusiveCreate, .closeOnExec],
                    permissions: [.ownerReadWrite]
                )
                try descriptor.closeAfter { _ = try descriptor.writeAll(content) }
                return path
            } catch Errno.fileExists {
                continue
            } catch let error as Errno {
                throw GateFailure("scratch.write", "cannot write '\(path)': \(error)")
            }
        }
        throw GateFailure("scratch.write", "cannot find a free name in '\(folder)'")
    }

    /// Makes a private folder of a fresh name, and the folders above it where they are missing.
    ///
    /// - Returns: its absolute path.
    package static func folder(named stem: String, in parent: String) throws -> String {
        try makeFolders(parent)
        for _ in 0..<16 {
            let path = "\(parent)/\(stem)-\(nonce())"
            if mkdir(path, 0o700) == 0 { return path }
            guard errno == EEXIST else { break }
        }
        throw GateFailure("scratch.folder", "cannot make a folder in '\(parent)': \(Errno(rawValue: errno))")
    }

    /// Makes a folder and those above it; what exists already is left as it is.
    package static func makeFolders(_ path: String) throws {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw GateFailure("scratch.folder", "cannot make the folder '\(path)': \(Errno(rawValue: errno))")
        }
        try makeFolders(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw GateFailure("scratch.folder", "cannot make the folder '\(path)': \(Errno(rawValue: errno))")
        }
    }

    /// Twelve random characters that are safe in a file name.
    package static func nonce() -> String {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")
        return String((0..<12).map { _ in alphabet[Int(generator.next(upperBound: UInt(alphabet.count)))] })
    }
}
