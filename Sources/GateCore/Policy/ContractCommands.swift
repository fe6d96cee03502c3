package import GateGit

extension Contract {
    /// The files that the words of a command may name, whether they exist or not.
    ///
    /// Looks inside `--option=file`, `-ofile`, `NAME=file`, `file::test`, scripts given to `sh -c`, and the modules of
    /// `python -m`. Names that leave the repository are left out.
    package static func filesNamed(by command: [String]) -> [RepositoryPath] {
        var names: Set<RepositoryPath> = []
        for word in command { names.formUnion(paths(in: word)) }
        if let option = command.firstIndex(of: "-m"), let module = command[(option + 1)...].first {
            names.formUnion(modules(module))
            if module == "unittest" { for word in command[(option + 2)...] { names.formUnion(modules(word)) } }
        }
        return names.sorted()
    }

    private static func paths(in word: String) -> [RepositoryPath] {
        let pieces = word.split { $0.isWhitespace || "\"';|&()<>`,".contains($0) }.map(String.init)
        return pieces.flatMap { piece -> [String] in
            var forms = [piece]
            if let equals = piece.firstIndex(of: "=") { forms.append(String(piece[piece.index(after: equals)...])) }
            if piece.hasPrefix("-"), !piece.hasPrefix("--") { forms.append(String(piece.dropFirst(2))) }
            return forms.flatMap { form in
                guard let test = form.firstRange(of: "::") else { return [form] }
                return [form, String(form[..<test.lowerBound])]
            }
        }.compactMap(plain)
    }

    /// A module and the packages around it, as Python looks them up.
    private static func modules(_ word: String) -> [RepositoryPath] {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } }) else {
            return []
        }
        return (1...parts.count).flatMap { count -> [String] in
            let stem = parts[..<count].joined(separator: "/")
            return ["\(stem).py", "\(stem)/__main__.py"]
        }.compactMap(plain)
    }

    /// A path without `.` and `..`; `nil` where it is none inside the repository.
    private static func plain(_ text: String) -> RepositoryPath? {
        guard !text.hasPrefix("/"), !text.hasPrefix("~") else { return nil }
        var parts: [Substring] = []
        for part in text.split(separator: "/") where part != "." {
            guard part == ".." else {
                parts.append(part)
                continue
            }
            guard parts.popLast() != nil else { return nil }
        }
        let path = RepositoryPath(parts.joined(separator: "/"))
        return PathRules.finding(path) == nil ? path : nil
    }
}
