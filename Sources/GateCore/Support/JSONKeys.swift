/// Finds keys that one JSON object gives twice, of which readers take the first or the last as they please.
enum JSONKeys {
    /// - Parameter text: JSON that is known to be well-formed.
    /// - Returns: the first such key; `nil` where there is none.
    static func firstDouble(in text: [UInt8]) -> String? { firstDoublePath(in: text)?.last }

    /// - Parameter text: JSON that is known to be well-formed.
    /// - Returns: where the first such key stands: names of members and numbers of items from 0, the key last.
    static func firstDoublePath(in text: [UInt8]) -> [String]? {
        // One set of keys for each open object, `nil` for each open list.
        var open: [Set<String>?] = []
        // For each of them the key or the number of the item that is being read.
        var path: [String] = []
        var isKey = false
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "{"):
                open.append([])
                path.append("")
                isKey = true
            case UInt8(ascii: "["):
                open.append(nil)
                path.append("0")
                isKey = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = open.popLast()
                _ = path.popLast()
                isKey = false
            case UInt8(ascii: ","):
                isKey = open.last.flatMap(\.self) != nil
                if !isKey, let item = path.last.flatMap({ Int($0) }) { path[path.count - 1] = String(item + 1) }
            case UInt8(ascii: ":"): isKey = false
            case UInt8(ascii: "\""):
                let start = index
                index += 1
                while index < text.endIndex, text[index] != UInt8(ascii: "\"") {
                    index += text[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard isKey, index < text.endIndex, let level = open.indices.last else { break }
                // Escapes can spell one key in two ways, so keys are compared as they are read.
                guard let key = try? JSON.decode(String.self, from: Array(text[start...index])) else { break }
                path[level] = key
                if open[level]?.insert(key).inserted == false { return path }
            default: break
            }
            index += 1
        }
        return nil
    }
}
