/// Reads the dependencies that `Package.swift` declares, as text, and `Package.resolved`.
///
/// The manifest is a program. It is never run, so only declarations made of plain strings are understood; anything else is
/// named as unclear.
enum SwiftPackage {
    static func state(in folder: String, _ shelf: PackageShelf) throws(PackageUnclear) -> PackageState {
        let manifest = FolderPath.join(folder, "Package.swift")
        var state = PackageState(.swiftpm, folder: folder, manifest: manifest)
        state.versionUnclear = "a Swift package has no version in its manifest; a tag has"
        let tokens = try SwiftManifestTokens.read(try shelf.text(manifest), name: manifest)
        state.name = name(tokens)
        let isConditional = tokens.contains(.word("if")) || tokens.contains(.word("for"))
        for call in calls(tokens) {
            if var requirement = requirement(call) {
                requirement.mayBeMissing = requirement.mayBeMissing || isConditional
                state.requirements.append(requirement)
            } else if let unclear = call.unclear {
                state.unclear.append("a dependency in '\(manifest)' is not made of plain strings: \(unclear)")
            }
        }
        let path = FolderPath.join(folder, "Package.resolved")
        guard shelf.has(path) else { return state }
        do {
            state.locked = try pins(shelf.json(path), path)
            state.lock = path
        } catch {
            state.unclear.append(error.message)
        }
        return state
    }

    /// One `.package(…)`: its labels with the tokens behind each.
    private struct Call {
        var arguments: [(label: String, tokens: [SwiftManifestTokens.Token])] = []

        func text(_ label: String) -> String? {
            guard let tokens = arguments.first(where: { $0.label == label })?.tokens, tokens.count == 1,
                case .text(let text) = tokens[0]
            else { return nil }
            return text
        }

        /// What it is about where it cannot be read; `nil` for a product of another package.
        var unclear: String? {
            guard arguments.contains(where: { ["url", "path", "id"].contains($0.label) }) else { return nil }
            return text("url") ?? text("path") ?? text("id") ?? "an address that is computed"
        }
    }

    private static func name(_ tokens: [SwiftManifestTokens.Token]) -> String? {
        guard let start = tokens.firstIndex(of: .word("Package")), start + 4 < tokens.count,
            tokens[start + 1] == .mark("("), tokens[start + 2] == .word("name"), tokens[start + 3] == .mark(":"),
            case .text(let name) = tokens[start + 4]
        else { return nil }
        return name
    }

    private static func calls(_ tokens: [SwiftManifestTokens.Token]) -> [Call] {
        var calls: [Call] = []
        for index in tokens.indices.dropLast(2)
        where tokens[index] == .mark(".") && tokens[index + 1] == .word("package") && tokens[index + 2] == .mark("(") {
            var call = Call()
            var current: [SwiftManifestTokens.Token] = []
            var depth = 1
            var position = index + 3
            func close(_ call: inout Call) {
                if current.count > 1, case .word(let label) = current[0], current[1] == .mark(":") {
                    call.arguments.append((label, Array(current.dropFirst(2))))
                } else if !current.isEmpty {
                    call.arguments.append(("", current))
                }
            }
            while position < tokens.count, depth > 0 {
                let token = tokens[position]
                if token == .mark("(") || token == .mark("[") { depth += 1 }
                if token == .mark(")") || token == .mark("]") { depth -= 1 }
                if depth == 1, token == .mark(",") {
                    close(&call)
                    current = []
                } else if depth > 0 {
                    current.append(token)
                }
                position += 1
            }
            close(&call)
            calls.append(call)
        }
        return calls
    }

    private static func requirement(_ call: Call) -> PackageRequirement? {
        if let path = call.text("path") {
            return PackageRequirement(
                name: FolderPath.name(of: path).lowercased(),
                written: "path \(path)",
                range: .whatever,
                mayBeMissing: true
            )
        }
        guard let place = call.text("url") ?? call.text("id") else { return nil }
        for label in ["branch", "revision"] {
            if let text = call.text(label) {
                return PackageRequirement(
                    name: identity(place),
                    written: "\(label) \(text)",
                    range: .exactly("\(label) \(text)")
                )
            }
        }
        let named = Set(["url", "id", "name", "traits", "path"])
        guard let wanted = call.arguments.first(where: { !named.contains($0.label) }),
            let range = range(wanted.label, wanted.tokens)
        else { return nil }
        return PackageRequirement(name: identity(place), written: range.written, range: .semantic(range.range))
    }

    private static func range(
        _ label: String,
        _ tokens: [SwiftManifestTokens.Token]
    ) -> (range: SemanticRange, written: String)? {
        func upTo(_ text: String, _ index: Int) -> (SemanticRange, String)? {
            guard let low = SemanticVersion(text), let part = PartialVersion(text) else { return nil }
            return (SemanticRange(from: low, to: part.next(index), isClosed: false), "from \(text)")
        }
        switch (label, tokens.count) {
        case ("from", 1):
            guard case .text(let text) = tokens[0] else { return nil }
            return upTo(text, 0)
        case ("exact", 1):
            guard case .text(let text) = tokens[0], let version = SemanticVersion(text) else { return nil }
            return (SemanticRange(from: version, to: version, isClosed: true), "exact \(text)")
        case ("", 7):
            // .upToNextMinor(from: "1.2.3")
            guard case .word(let how) = tokens[1], case .text(let text) = tokens[5], tokens[3] == .word("from") else {
                return nil
            }
            return how == "upToNextMajor" ? upTo(text, 0) : how == "upToNextMinor" ? upTo(text, 1) : nil
        case ("", 3...5):
            // "1.0.0"..<"2.0.0"
            guard case .text(let low) = tokens[0], case .text(let high) = tokens[tokens.count - 1],
                let from = SemanticVersion(low), let to = SemanticVersion(high), from <= to
            else { return nil }
            let marks = tokens.dropFirst().dropLast().map { if case .mark(let mark) = $0 { mark } else { "?" } }
                .joined()
            guard marks == "..<" || marks == "..." else { return nil }
            return (SemanticRange(from: from, to: to, isClosed: marks == "..."), "\(low)\(marks)\(high)")
        default: return nil
        }
    }

    /// How SwiftPM calls what lies at an address.
    static func identity(_ place: String) -> String {
        let name = FolderPath.name(of: place).lowercased()
        return name.hasSuffix(".git") ? String(name.dropLast(4)) : name
    }

    private static func pins(_ lock: JSONValue, _ path: String) throws(PackageUnclear) -> [String: [String]] {
        guard let version = lock["version"].integer, (1...3).contains(version) else {
            throw PackageUnclear("'\(path)' is of no version that is known: 1, 2 or 3")
        }
        var pins: [String: [String]] = [:]
        for pin in (version == 1 ? lock["object"]["pins"] : lock["pins"]).elements {
            let place = version == 1 ? pin["repositoryURL"].string.map(identity) : pin["identity"].string
            guard let name = place?.lowercased() else { throw PackageUnclear("a pin of '\(path)' has no name") }
            let state = pin["state"]
            guard pins[name] == nil else { throw PackageUnclear("'\(path)' pins '\(name)' twice") }
            pins[name] = [
                state["version"].string ?? state["branch"].string.map { "branch \($0)" }
                    ?? state["revision"].string.map { "revision \($0)" } ?? "nothing"
            ]
        }
        return pins
    }
}
