import Foundation

/// The project's own files, as tests of its rules read them.
struct SourceTree {
    /// Absolute path of the project.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// One file of the project.
    struct File: Sendable {
        /// Path below the project.
        let path: String
        let text: String
        /// What the compiler sees of the text: no comments, and of strings only what is interpolated. Swift only.
        let code: String
        /// Every identifier of the code.
        let words: Set<String>

        init(path: String, text: String) {
            self.path = path
            self.text = text
            code = path.hasSuffix(".swift") ? SwiftCode.stripped(text) : ""
            words = SwiftCode.words(code)
        }
    }

    /// Every Swift file that is shipped, read once.
    static let sources = files("Sources")

    /// Shipped Swift files below a folder.
    static func sources(below folder: String) -> [File] { sources.filter { $0.path.hasPrefix("\(folder)/") } }

    /// Text files below a folder of the project, in path order; fixtures are the work of other programs.
    static func files(_ folder: String, endingIn endings: [String] = [".swift"]) -> [File] {
        guard let names = FileManager.default.enumerator(atPath: "\(root)/\(folder)") else { return [] }
        return names.compactMap { $0 as? String }.sorted()
            .filter { name in !name.hasPrefix("GateCoreTests/Fixtures/") && endings.contains { name.hasSuffix($0) } }
            .compactMap { file("\(folder)/\($0)") }
    }

    /// A file by its path below the project; `nil` where there is none, or where it is no text.
    static func file(_ path: String) -> File? {
        guard let text = try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) else { return nil }
        return File(path: path, text: text)
    }

    /// Names of the folders directly below a folder.
    static func folders(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
        return names.filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(root)/\(folder)/\(name)", isDirectory: &isFolder)
                && isFolder.boolValue
        }.sorted()
    }
}

/// Just enough of Swift's grammar to tell code from comments and strings.
enum SwiftCode {
    /// Code without comments, and without the text of strings; what is interpolated into them stays.
    static func stripped(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var code: [UInt8] = []
        code.reserveCapacity(bytes.count)
        /// Strings we are in, innermost last: the quotes that end each, and the open parentheses of its interpolation.
        var strings: [(end: [UInt8], isRaw: Bool, depth: Int)] = []
        var index = 0
        func follows(_ wanted: [UInt8]) -> Bool { bytes[index...].starts(with: wanted) }
        while index < bytes.count {
            let byte = bytes[index]
            if let string = strings.last, string.depth == 0 {
                if follows(string.end) {
                    index += string.end.count
                    strings.removeLast()
                    code.append(UInt8(ascii: " "))
                } else if byte == UInt8(ascii: "\\"), !string.isRaw {
                    let isInterpolation = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "(")
                    if isInterpolation { strings[strings.count - 1].depth = 1 }
                    index += 2
                } else {
                    index += 1
                }
                continue
            }
            if byte == UInt8(ascii: "/"), follows(Array("//".utf8)) {
                while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
                continue
            }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#"),
                let (opening, end, isRaw) = openings.first(where: { follows($0.0) })
            {
                strings.append((end, isRaw, 0))
                index += opening.count
                continue
            }
            if !strings.isEmpty {
                if byte == UInt8(ascii: "(") { strings[strings.count - 1].depth += 1 }
                if byte == UInt8(ascii: ")") { strings[strings.count - 1].depth -= 1 }
            }
            code.append(byte)
            index += 1
        }
        return String(decoding: code, as: UTF8.self)
    }

    /// How strings open and end, longest first.
    private static let openings: [([UInt8], [UInt8], Bool)] = [
        ("#\"\"\"", "\"\"\"#", true), ("#\"", "\"#", true), ("\"\"\"", "\"\"\"", false), ("\"", "\"", false),
    ].map { (Array($0.0.utf8), Array($0.1.utf8), $0.2) }

    /// Every identifier of some code.
    static func words(_ code: String) -> Set<String> {
        Set(code.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
    }

    /// Names of the types that some code declares; without `nested`, only those that other files can see.
    static func types(_ code: String, nested: Bool) -> [String] {
        code.split(separator: "\n").compactMap { line in
            if !nested, line.first?.isWhitespace == true { return nil }
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let kind = words.firstIndex(where: { kinds.contains(String($0)) }), kind + 1 < words.count else {
                return nil
            }
            guard words[..<kind].allSatisfy({ modifiers.contains(String($0)) || $0.hasPrefix("@") }) else { return nil }
            if !nested, words[..<kind].contains(where: { $0 == "private" || $0 == "fileprivate" }) { return nil }
            let name = words[kind + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            return name.isEmpty ? nil : String(name)
        }
    }

    private static let kinds: Set = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    private static let modifiers: Set = [
        "package", "public", "private", "fileprivate", "internal", "final", "indirect",
    ]
}
