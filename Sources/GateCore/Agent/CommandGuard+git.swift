extension CommandGuard {
    /// Judges one command of git.
    ///
    /// - Parameter words: what stands behind `git`.
    func judge(
        git words: [ShellScript.Word],
        in place: PathPlace,
        mention: String?,
        depth: Int
    ) -> GuardAnswer {
        var answer = GuardAnswer.pass
        var place = place
        var aliases = aliases
        var index = 0
        func value() -> ShellScript.Word? {
            index += 1
            return index < words.count ? words[index] : nil
        }
        while index < words.count, words[index].text.hasPrefix("-") {
            let option = words[index].text
            switch option {
            case "-c":
                if let setting = value() {
                    answer = answer.and(setting.guarded(self, place, depth))
                    let parts = setting.text.split(separator: "=", maxSplits: 1).map(String.init)
                    if parts.count == 2 { aliases.merge(Self.alias(parts[0], parts[1])) { $1 } }
                }
            case "--config-env":
                if let setting = value() { answer = answer.and(Self.setting(named: setting.text)) }
            case "-C": if let folder = value() { place.enter(folder) }
            case "--git-dir", "--work-tree", "--namespace", "--super-prefix", "--attr-source": _ = value()
            case _ where option.hasPrefix("--config-env="):
                answer = answer.and(Self.setting(named: String(option.dropFirst("--config-env=".count))))
            case _ where option.hasPrefix("-c") && option.count > 2:
                let setting = ShellScript.Word(text: String(option.dropFirst(2)))
                answer = answer.and(setting.guarded(self, place, depth))
            default: break
            }
            index += 1
        }
        guard index < words.count else { return answer }
        guard words[index].isKnown else {
            guard let mention else { return answer }
            return answer.and(
                .deny("which command of git this is, is not known before it runs; it speaks of \(mention)")
            )
        }
        let name = words[index].text
        let rest = Array(words[(index + 1)...])
        if name.contains(" "), depth < Self.deepest {
            // A variable that stands for several words.
            let parts = name.split(separator: " ").map { ShellScript.Word(text: String($0)) }
            return answer.and(judge(git: parts + rest, in: place, mention: mention, depth: depth + 1))
        }
        switch name {
        case "send-pack", "http-push":
            return answer.and(.deny("'git \(name)' pushes past the hooks; use 'git push'"))
        case "config": return answer.and(config(rest, in: place, depth: depth))
        case "gatekeeper": return answer.and(Self.gatekeeper(rest))
        case "submodule", "bisect", "rebase", "filter-branch", "for-each-repo", "difftool", "mergetool":
            // Their words may be commands.
            for word in rest where word.text.contains(" ") {
                answer = answer.and(judge(word.text, in: place.path, depth: depth + 1))
            }
        default: break
        }
        answer = answer.and(Self.options(of: name, rest, mention: mention))
        if let alias = aliases[name.lowercased()], !Self.builtIn.contains(name) {
            answer = answer.and(expanded(alias, rest, in: place, depth: depth))
        }
        return answer
    }

    /// A setting as an alias, if it is one.
    private static func alias(_ key: String, _ value: String) -> [String: String] {
        let name = key.lowercased()
        return name.hasPrefix("alias.") ? [String(name.dropFirst("alias.".count)): value] : [:]
    }

    /// Remembers the alias that a command of a script defines for those after it.
    mutating func learn(_ command: ShellScript.Command) {
        let words = command.words.map(\.text)
        guard words.contains("config"), let key = words.firstIndex(where: { $0.lowercased().hasPrefix("alias.") }),
            key + 1 < words.count
        else { return }
        aliases.merge(Self.alias(words[key], words[key + 1])) { $1 }
    }

    /// Judges what an alias stands for.
    func expanded(_ alias: String, _ rest: [ShellScript.Word], in place: PathPlace, depth: Int) -> GuardAnswer {
        guard depth < Self.deepest else { return .deny("this alias leads to too many others to be followed") }
        if alias.hasPrefix("!") {
            let tail = rest.map { "'" + $0.text.replacing("'", with: "'\\''") + "'" }.joined(separator: " ")
            return judge("\(alias.dropFirst()) \(tail)", in: place.path, depth: depth + 1)
        }
        let script = ShellScript(alias)
        guard script.problem == nil, let command = script.commands.first, script.commands.count == 1 else {
            return Mention.first(in: alias).map { .deny("this alias cannot be read, and it speaks of \($0)") } ?? .pass
        }
        return judge(
            git: command.assignments.map { ShellScript.Word(text: "\($0.name)=\($0.value.text)") } + command.words
                + rest,
            in: place,
            mention: Mention.first(in: alias),
            depth: depth + 1
        )
    }

    /// Commands that no alias can take the place of, as far as they matter here.
    private static let builtIn: Set = [
        "push", "commit", "merge", "am", "rebase", "cherry-pick", "pull", "config", "log", "diff", "status", "add",
        "show", "fetch", "clone", "checkout", "switch", "restore", "branch", "tag", "stash", "reset", "rm", "mv",
    ]

    private static let passesOver = "passes over the hooks, and so over the gate; that is a person's decision"

    /// Options that keep git from asking its hooks.
    private static func options(of name: String, _ words: [ShellScript.Word], mention: String?) -> GuardAnswer {
        let takesValue = valued[name] ?? []
        let letters = lettersWithValue[name] ?? ""
        var index = 0
        var answer = GuardAnswer.pass
        while index < words.count {
            let word = words[index].text
            index += 1
            if word == "--" { break }
            // Git takes any beginning of an option that is no other's.
            let option = word.prefix { $0 != " " }
            if option.hasPrefix("--no-v"), "--no-verify".hasPrefix(option) {
                return .deny("'git \(name) \(option)' \(passesOver)")
            }
            if word.hasPrefix("-") || word.contains("{"), !word.contains("="), let found = Mention.first(in: word) {
                return .deny("'git \(name)' is given something that speaks of \(found), which \(passesOver)")
            }
            if word.hasPrefix("--") {
                if takesValue.contains(word) { index += 1 }
            } else if word.hasPrefix("-"), word.count > 1, name == "commit" || name == "am" {
                for (offset, letter) in word.dropFirst().enumerated() {
                    if letter == "n" { return .deny("'git \(name) \(word)' \(passesOver)") }
                    guard letters.contains(letter) else { continue }
                    // The rest of the word is the letter's value, or the next word is.
                    if offset == word.count - 2, !attached.contains(letter) { index += 1 }
                    break
                }
            } else if !words[index - 1].isKnown, hooked.contains(name), let mention {
                answer = .deny(
                    "the options of 'git \(name)' are not known before it runs; the command speaks of \(mention)"
                )
            }
        }
        return answer
    }

    private static let hooked: Set = ["push", "commit", "merge", "am", "rebase", "pull", "cherry-pick"]
    private static let valued: [String: Set<String>] = [
        "commit": [
            "--message", "--file", "--author", "--date", "--reuse-message", "--reedit-message", "--fixup", "--squash",
            "--template", "--trailer", "--cleanup", "--pathspec-from-file",
        ],
        "push": ["--push-option", "--repo", "--receive-pack", "--exec"],
    ]
    private static let lettersWithValue = ["commit": "mFCctSu", "am": "pCS"]
    /// Letters whose value is a part of the same word, if they have one.
    private static let attached: Set<Character> = ["S", "u"]

    /// `git config`: reading is free, writing is not where the gate rests on it.
    private func config(_ words: [ShellScript.Word], in place: PathPlace, depth: Int) -> GuardAnswer {
        var positional: [ShellScript.Word] = []
        var reads = false
        var writes = false
        var file: String?
        var index = 0
        while index < words.count {
            let word = words[index].text
            index += 1
            switch word {
            case "-f", "--file":
                if index < words.count { file = words[index].text }
                index += 1
            case _ where word.hasPrefix("--file="): file = String(word.dropFirst("--file=".count))
            case "--blob", "--type", "--default", "--comment", "--value", "--url": index += 1
            case "--get", "--get-all", "--get-regexp", "--get-urlmatch", "--list", "-l", "--get-color": reads = true
            case "--edit", "-e":
                return .deny("an editor on git's configuration can change anything in it; set one key at a time")
            case "--unset", "--unset-all", "--add", "--replace-all", "--remove-section", "--rename-section":
                writes = true
            case _ where word.hasPrefix("-"): break
            case "get", "list": if positional.isEmpty { reads = true } else { positional.append(words[index - 1]) }
            case "set", "unset", "remove-section", "rename-section":
                if positional.isEmpty { writes = true } else { positional.append(words[index - 1]) }
            case "edit" where positional.isEmpty:
                return .deny("an editor on git's configuration can change anything in it; set one key at a time")
            default: positional.append(words[index - 1])
            }
        }
        guard let key = positional.first, !reads, writes || positional.count > 1 else { return .pass }
        guard key.isKnown else { return .deny("which setting this changes is not known before it runs") }
        if let file, let what = place.gate(file) {
            return .deny("this would change \(what); that is a person's decision")
        }
        let answer = Self.setting(named: key.text)
        guard key.text.lowercased().hasPrefix("alias."), positional.count > 1 else { return answer }
        return answer.and(expanded(positional[1].text, [], in: place, depth: depth + 1))
    }

    /// Settings that the gate, or whether it is asked, rests on.
    static func setting(named key: String) -> GuardAnswer {
        let name = key.lowercased()
        let sections = ["gatekeeper", "hook", "include", "includeif"]
        let isGuarded =
            name.hasPrefix("core.hookspath") || sections.contains { name == $0 || name.hasPrefix("\($0).") }
        guard isGuarded else { return .pass }
        return .deny(
            "the setting '\(Excerpt.line(key, maximum: 60))' decides whether the gate is asked; it is a person's"
        )
    }

    /// Commands of the gate that only a person may give.
    private static func gatekeeper(_ words: [ShellScript.Word]) -> GuardAnswer {
        let texts = words.map(\.text)
        if let command = texts.first(where: { !$0.hasPrefix("-") }) {
            if ["uninstall", "approve-scenario-proposal"].contains(command)
                || command == "trust" && !texts.contains("--show")
            {
                return .deny("'git gatekeeper \(command)' is a person's decision")
            }
        }
        let loosening = ["--reviewed", "--test-command", "--backend-command", "--base", "--allow-apply"]
        for (index, word) in texts.enumerated() {
            if let option = loosening.first(where: { word == $0 || word.hasPrefix("\($0)=") }) {
                return .deny("'\(option)' changes what the gate rests on; that is a person's decision")
            }
            let level =
                word == "--sandbox"
                ? (index + 1 < texts.count ? texts[index + 1] : "")
                : word.hasPrefix("--sandbox=")
                    ? String(word.dropFirst("--sandbox=".count)) : nil
            if let level, level != "required" {
                return .deny("'--sandbox \(level)' changes what the gate rests on; that is a person's decision")
            }
        }
        return .pass
    }
}

extension ShellScript.Word {
    /// Judges `name=value` behind `git -c`.
    fileprivate func guarded(_ guardian: CommandGuard, _ place: PathPlace, _ depth: Int) -> GuardAnswer {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let key = parts[0]
        guard !key.contains(Self.gap) else {
            return .deny("which setting 'git -c' changes is not known before it runs")
        }
        let answer = CommandGuard.setting(named: key)
        guard key.lowercased().hasPrefix("alias."), parts.count > 1 else { return answer }
        return answer.and(guardian.expanded(parts[1], [], in: place, depth: depth + 1))
    }
}
