#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the operating system says of this process; read here and nowhere else.
enum ProcessEnvironment {
    /// The environment as name and value; entries without `=` are left out.
    static var current: [String: String] {
        var values: [String: String] = [:]
        var cursor = environ
        while let entry = cursor.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                values[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            cursor += 1
        }
        return values
    }

    /// Absolute path of the running program, links resolved; `nil` where the system does not say.
    static var executable: String? {
        #if os(Linux)
            let place = "/proc/self/exe"
        #else
            var size = UInt32(PATH_MAX)
            var buffer = [CChar](repeating: 0, count: Int(size))
            guard _NSGetExecutablePath(&buffer, &size) == 0 else { return nil }
            let place = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #endif
        guard let path = realpath(place, nil) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    /// Absolute path of the folder the program was started in, or `/` where it is gone.
    static var workingDirectory: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }
}
