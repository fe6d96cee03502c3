#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What `package.json` and `tsconfig.json` files say of names that are no relative paths.
struct JavaScriptPackages: Sendable {
    /// A tree of JSON, as far as manifests need it.
    private indirect enum Value: Sendable, Decodable {
        case text(String)
        case list([Value])
        case object([String: Value])
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let object = try? container.decode([String: Value].self) {
                self = .object(object)
            } else if let list = try? container.decode([Value].self) {
                self = .list(list)
            } else {
                self = .other
            }
        }

        subscript(_ key: String) -> Value? {
            if case .object(let object) = self { object[key] } else { nil }
        }

        var text: String? { if case .text(let text) = self { text } else { nil } }
    }

    private struct Paths: Sendable {
        let folder: String
        let base: String
        let patterns: [(key: String, places: [String])]
        let hasBase: Bool
    }

    private var manifests: [String: Value] = [:]
    private var folders: [String: String] = [:]
    private var paths: [String: Paths] = [:]

    /// - Parameter manifests: contents by path.
    init(manifests files: [String: [UInt8]]) {
        for (path, content) in files.sorted(by: { $0.key < $1.key }) {
            let folder = PathText.folder(of: path)
            switch PathText.name(of: path) {
            case "package.json":
                guard let value = Self.read(content) else { continue }
                manifests[folder] = value
                if let name = value["name"]?.text, !name.isEmpty, folders[name] == nil { folders[name] = folder }
            case "tsconfig.json", "jsconfig.json", "tsconfig.base.json":
                if let found = Self.paths(of: path, in: files, depth: 0),
                    paths[folder] == nil || !found.patterns.isEmpty
                {
                    paths[folder] = found
                }
            default: break
            }
        }
    }

    private static func read(_ content: [UInt8]) -> Value? {
        let strict = String(decoding: withoutComments(content), as: UTF8.self)
        return try? JSONDecoder().decode(Value.self, from: Data(strict.utf8))
    }

    /// The same document without comments and without commas before a closing bracket, which `tsconfig.json` may have.
    private static func withoutComments(_ content: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < content.count {
            let byte = content[index]
            if byte == 0x22 {
                let start = index
                index += 1
                while index < content.count, content[index] != 0x22 { index += content[index] == 0x5C ? 2 : 1 }
                index = min(index + 1, content.count)
                result += content[start..<index]
            } else if byte == 0x2F, index + 1 < content.count, content[index + 1] == 0x2F {
                while index < content.count, content[index] != 0x0A { index += 1 }
            } else if byte == 0x2F, index + 1 < content.count, content[index + 1] == 0x2A {
                index += 2
                while index + 1 < content.count, !(content[index] == 0x2A && content[index + 1] == 0x2F) { index += 1 }
                index = min(index + 2, content.count)
            } else {
                if byte == 0x7D || byte == 0x5D {
                    var last = result.count - 1
                    while last >= 0, result[last] <= 0x20 { last -= 1 }
                    if last >= 0, result[last] == 0x2C { result.remove(at: last) }
                }
                result.append(byte)
                index += 1
            }
        }
        return result
    }

    private static func paths(of path: String, in files: [String: [UInt8]], depth: Int) -> Paths? {
        guard depth < 5, let content = files[path], let value = read(content) else { return nil }
        let folder = PathText.folder(of: path)
        var inherited: Paths?
        if let parent = value["extends"]?.text, parent.hasPrefix("."),
            let place = PathText.normalised(PathText.join(folder, parent))
        {
            inherited = Self.paths(of: place.hasSuffix(".json") ? place : place + ".json", in: files, depth: depth + 1)
        }
        let options = value["compilerOptions"]
        let base = options?["baseUrl"]?.text
        guard base != nil || options?["paths"] != nil else { return inherited }
        var patterns: [(key: String, places: [String])] = []
        if case .object(let all)? = options?["paths"] {
            for (key, places) in all.sorted(by: { $0.key < $1.key }) {
                if case .list(let list) = places { patterns.append((key, list.compactMap(\.text))) }
            }
        }
        return Paths(
            folder: folder,
            base: base.flatMap { PathText.normalised(PathText.join(folder, $0)) } ?? folder,
            patterns: patterns.isEmpty ? inherited?.patterns ?? [] : patterns,
            hasBase: base != nil
        )
    }

    /// What a folder's manifest names as its entry.
    func main(of folder: String) -> String? {
        guard let manifest = manifests[folder] else { return nil }
        for key in ["source", "main", "module"] {
            if let text = manifest[key]?.text, let place = PathText.normalised(PathText.join(folder, text)) {
                return place
            }
        }
        return nil
    }

    /// Paths that a name may mean, seen from a folder; none for a package from elsewhere.
    func places(of name: String, from folder: String) -> [String] {
        var places: [String] = []
        let above = PathText.ancestors(of: folder)
        if let config = above.lazy.compactMap({ self.paths[$0] }).first {
            for (key, targets) in config.patterns {
                guard let rest = Self.match(name, key) else { continue }
                for target in targets {
                    let place = PathText.join(config.base, target.replacing("*", with: rest, maxReplacements: 1))
                    if let place = PathText.normalised(place) { places.append(place) }
                }
            }
            if config.hasBase, let place = PathText.normalised(PathText.join(config.base, name)) {
                places.append(place)
            }
        }
        if name.hasPrefix("#"), let own = above.first(where: { manifests[$0] != nil }) {
            if let map = manifests[own]?["imports"] { places += Self.targets(of: name, in: map, below: own) }
            return places
        }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let count = name.hasPrefix("@") ? 2 : 1
        guard parts.count >= count, let home = folders[parts.prefix(count).joined(separator: "/")] else {
            return places
        }
        let rest = parts.dropFirst(count).joined(separator: "/")
        if let exports = manifests[home]?["exports"] {
            places += Self.targets(of: rest.isEmpty ? "." : "./" + rest, in: exports, below: home)
        }
        places.append(PathText.join(home, rest))
        return places
    }

    /// What stands for the star where a name fits a pattern; empty where there is no star.
    private static func match(_ name: String, _ pattern: String) -> String? {
        guard let star = pattern.firstIndex(of: "*") else { return name == pattern ? "" : nil }
        let before = pattern[..<star]
        let after = pattern[pattern.index(after: star)...]
        guard name.count >= before.count + after.count, name.hasPrefix(before), name.hasSuffix(after) else {
            return nil
        }
        return String(name.dropFirst(before.count).dropLast(after.count))
    }

    /// What `exports` or `imports` maps a name to, whatever the conditions.
    private static func targets(of name: String, in map: Value, below folder: String) -> [String] {
        var found: [String] = []
        switch map {
        case .object(let object) where object.keys.contains(where: { $0.hasPrefix(".") || $0.hasPrefix("#") }):
            for (key, value) in object.sorted(by: {
                $0.key.count > $1.key.count || $0.key.count == $1.key.count && $0.key < $1.key
            }) {
                guard let rest = match(name, key) else { continue }
                found += leaves(value, depth: 0).map { $0.replacing("*", with: rest) }
            }
        default: if name == "." { found = leaves(map, depth: 0) }
        }
        return found.compactMap { PathText.normalised(PathText.join(folder, $0)) }
    }

    private static func leaves(_ value: Value, depth: Int) -> [String] {
        guard depth < 8 else { return [] }
        switch value {
        case .text(let text): return [text]
        case .list(let list): return list.flatMap { leaves($0, depth: depth + 1) }
        case .object(let object):
            let order = ["source", "import", "require", "node", "default"]
            let keys = object.keys.sorted {
                (order.firstIndex(of: $0) ?? order.count, $0) < (order.firstIndex(of: $1) ?? order.count, $1)
            }
            return keys.flatMap { object[$0].map { leaves($0, depth: depth + 1) } ?? [] }
        case .other: return []
        }
    }
}
