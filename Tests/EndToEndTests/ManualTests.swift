import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// The manual and the completions against the program they describe.
@Suite("manual and completions")
struct ManualTests {
    /// What the program says of its command line.
    struct Description: Decodable {
        struct Name: Decodable, Hashable {
            let kind: String
            let name: String
            var spelled: String { (kind == "long" ? "--" : "-") + name }
        }

        struct Argument: Decodable {
            let kind: String
            let names: [Name]?
            let shouldDisplay: Bool
        }

        struct Command: Decodable {
            let commandName: String
            let arguments: [Argument]?
            let shouldDisplay: Bool?
            private let subcommands: [Command]?

            /// Those that people are told of.
            var shown: [Command] { (subcommands ?? []).filter { $0.shouldDisplay != false } }

            /// Every spelling of every option that is shown.
            var options: Set<String> {
                Set(
                    (arguments ?? []).filter { $0.shouldDisplay && $0.kind != "positional" }.flatMap { $0.names ?? [] }
                        .map(\.spelled)
                )
            }
        }

        let command: Command
    }

    /// Absolute path of the project.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    private static func describe() async throws -> Description.Command {
        let result = try await run("\(Program.folder)/git-gatekeeper", ["--experimental-dump-help"])
        return try JSONDecoder().decode(Description.self, from: Data(result.standardOutput.bytes)).command
    }

    private static func run(_ executable: String, _ arguments: [String], input: String? = nil) async throws
        -> ProcessResult
    {
        try await ProcessRunner.run(
            ProcessRequest(
                executable: executable,
                arguments: arguments,
                environment: [
                    "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
                ],
                workingDirectory: root,
                input: input.map { Array($0.utf8) }
            )
        )
    }

    /// A page without the marks of roff.
    private static func page(_ name: String) throws -> String {
        try String(contentsOfFile: "\(root)/man/\(name)", encoding: .utf8).replacing("\\-", with: "-")
    }

    /// Names of options that begin the entries of a part of a page.
    private static func options(of part: Substring) -> Set<String> {
        let tags = part.components(separatedBy: "\n.TP\n").dropFirst().map { $0.prefix { $0 != "\n" } }
        return Set(tags.flatMap { $0.matches(of: #/\\fB(?<name>-[^\\]*)\\fR/#).map { String($0.name) } })
    }

    @Test("every subcommand has its entry with exactly the options it takes")
    func everyOption() async throws {
        let program = try await Self.describe()
        let page = try Self.page("git-gatekeeper.1")
        let shared = try Self.options(
            of: #require(Self.part(of: page, from: ".SH OPTIONS OF EVERY COMMAND\n", to: "\n.SH "))
        )
        let subcommands = program.shown
        #expect(subcommands.count > 10)
        for command in subcommands {
            let entry = try #require(
                Self.part(of: page, from: ".SS \"git gatekeeper \(command.commandName)\"\n", to: "\n.S"),
                "no entry for \(command.commandName)"
            )
            let listed = Self.options(of: entry)
            #expect(
                command.options.subtracting(listed).subtracting(shared) == [],
                "\(command.commandName): not in the manual"
            )
            #expect(listed.subtracting(command.options) == [], "\(command.commandName): not in the program")
            if command.commandName != "help" {
                #expect(shared.subtracting(command.options) == [], "\(command.commandName) lacks a shared option")
            }
        }
        let entries = page.matches(of: #/\.SS "git gatekeeper (?<name>[^"]*)"/#).map { String($0.name) }
        #expect(entries == subcommands.map(\.commandName))
    }

    @Test("every subcommand has a page of its own with its options, and no page is left of one that is gone")
    func pageOfEachCommand() async throws {
        let program = try await Self.describe()
        let commands = program.shown.filter { $0.commandName != "help" }
        for command in commands {
            let page = try Self.page("git-gatekeeper-\(command.commandName).1")
            let listed = try Self.options(of: #require(Self.part(of: page, from: ".SH OPTIONS\n", to: "\n.SH ")))
            #expect(listed == command.options, "\(command.commandName)")
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/man").filter {
            $0.hasSuffix(".1")
        }
        #expect(
            Set(files) == Set(commands.map { "git-gatekeeper-\($0.commandName).1" } + ["git-gatekeeper.1"])
        )
    }

    @Test(
        "git looks for the pages under the names they have",
        arguments: [("gatekeeper", "git-gatekeeper"), ("git-gatekeeper-run", "git-gatekeeper-run")]
    )
    func gitHelp(asked: String, page: String) async throws {
        try await withTestRepository { repository in
            let answer = try await repository.run(
                "git",
                ["-c", "help.format=man", "-c", "man.viewer=say", "-c", "man.say.cmd=echo page:", "help", asked],
                environment: ["PATH": "\(Program.folder):\(repository.environment["PATH"] ?? "")"]
            )
            #expect(answer.standardOutput.text == "page: \(page)\n", "\(answer.standardError.text)")
            #expect(FileManager.default.fileExists(atPath: "\(Self.root)/man/\(page).1"))
        }
    }

    @Test("the manual names every exit status")
    func exitStatus() throws {
        let part = try #require(
            Self.part(of: try Self.page("git-gatekeeper.1"), from: ".SH EXIT STATUS\n", to: "\n.SH ")
        )
        for status in ["0", "1", "125", "128", "129", "130, 143"] {
            #expect(part.contains("\\fB\(status)\\fR"), "\(status)")
        }
    }

    @Test("the page of the policy has an entry for every key, and no other")
    func everyKey() throws {
        let page = try Self.page("gatekeeper-config.5")
        let listed = page.matches(of: #/\\fB(?<key>gatekeeper\.[^\\]*)\\fR = /#).map { String($0.key) }
        #expect(listed == PolicyKey.all.map(\.pattern))
    }

    @Test(
        "generated files are as the program would have them now",
        arguments: ["man.py", "completions.py", "reference.py"]
    )
    func upToDate(_ script: String) async throws {
        let result = try await Self.run(
            "python3",
            ["-B", "scripts/\(script)", "--check", "--program", "\(Program.folder)/git-gatekeeper"]
        )
        #expect(result.isSuccess, "\(result.standardError.text)")
    }

    @Test("bash offers every subcommand, their options and the values of options")
    func bash() async throws {
        let program = try await Self.describe()
        let names = program.shown.map(\.commandName)
        #expect(Set(try await Self.complete("git gatekeeper ")).isSuperset(of: names))
        #expect(try await Self.complete("git gatekeeper ru") == ["run", "run-all"])
        #expect(try await Self.complete("git gatekeeper run --sandbox=p") == ["preferred"])
        for command in program.shown where command.commandName != "help" {
            let offered = try await Self.complete("git gatekeeper \(command.commandName) --")
            let long = command.options.filter { $0.hasPrefix("--") && $0 != "--dryRun" }
            #expect(
                Set(offered.map { $0.hasSuffix("=") ? String($0.dropLast()) : $0 }) == long,
                "\(command.commandName)"
            )
        }
    }

    @Test("zsh and fish have an entry for every subcommand", arguments: ["_git-gatekeeper", "git-gatekeeper.fish"])
    func otherShells(_ name: String) async throws {
        let text = try String(contentsOfFile: "\(Self.root)/completions/\(name)", encoding: .utf8)
        for command in try await Self.describe().shown {
            let entry = name.hasSuffix("fish") ? " -a \(command.commandName) -d " : "    '\(command.commandName):"
            #expect(text.contains(entry), "\(command.commandName)")
            for option in command.options.filter({ $0.hasPrefix("--") }) {
                let spelled = name.hasSuffix("fish") ? "-l \(option.dropFirst(2)) " : "\(option)"
                #expect(text.contains(spelled), "\(command.commandName) \(option)")
            }
        }
    }

    /// What bash offers at the end of a line: git's own completion where it is installed, else its few helpers by hand.
    private static func complete(_ line: String) async throws -> [String] {
        let result = try await run("bash", ["--noprofile", "--norc", "-s", line], input: completion)
        #expect(result.isSuccess, "\(result.standardError.text)")
        return result.standardOutput.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter
        { !$0.isEmpty }
    }

    private static let completion = #"""
        for file in /usr/share/bash-completion/completions/git /usr/local/etc/bash_completion.d/git-completion.bash \
            /opt/homebrew/etc/bash_completion.d/git-completion.bash; do
            if [ -r "$file" ]; then . "$file"; break; fi
        done
        . completions/git-gatekeeper.bash
        read -ra words <<<"$1"
        case "$1" in *" ") words+=("") ;; esac
        if declare -F __git_wrap__git_main >/dev/null; then
            COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDS=("${words[@]}") COMP_CWORD=$((${#words[@]} - 1))
            __git_wrap__git_main
        else
            cur=${words[${#words[@]} - 1]} prev=${words[${#words[@]} - 2]}
            __git_find_on_cmdline() {
                local word wanted
                for word in "${words[@]:2:${#words[@]}-3}"; do
                    for wanted in $1; do if [ "$word" = "$wanted" ]; then echo "$word"; return; fi; done
                done
            }
            __gitcomp() { COMPREPLY=($(compgen -W "$1" -- "${3-$cur}")); }
            __git_complete_refs() { :; }
            _git_gatekeeper
        fi
        printf '%s\n' "${COMPREPLY[@]}"
        """#

    private static func part(of page: String, from start: String, to end: String) -> Substring? {
        guard let begin = page.range(of: start) else { return nil }
        let rest = page[begin.lowerBound...]
        guard let stop = page.range(of: end, range: begin.upperBound..<page.endIndex) else { return rest }
        return page[begin.lowerBound..<stop.lowerBound]
    }
}
