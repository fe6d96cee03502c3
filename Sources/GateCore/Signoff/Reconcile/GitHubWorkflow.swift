/// The jobs of GitHub's workflow files, each instance of a matrix for itself.
struct GitHubWorkflow {
    private let files: JobFiles
    /// How deep workflows and actions may call each other.
    private static let mostDepth = 4

    init(_ files: JobFiles) { self.files = files }

    /// - Returns: every job that can be told, and what keeps a file from being read.
    func jobs() -> (jobs: [JobDefinition], problems: [String]) {
        var jobs: [JobDefinition] = []
        var problems: [String] = []
        for path in Set(files.contents.keys).union(files.unread.keys).sorted() where JobFiles.isWorkflow(path) {
            do throws(YAMLValue.Fault) {
                guard let workflow = try files.read(path) else { continue }
                jobs += all(of: workflow, path: path, inputs: [:], calling: nil, depth: 0)
            } catch {
                problems.append("'\(Excerpt.visible(path))' \(error.message)")
            }
        }
        return (jobs, problems)
    }

    /// What a job has around it.
    private struct Surroundings {
        var workflow: YAMLValue
        var path: String
        var expression: JobExpression
        /// Shown names of the jobs that call this workflow.
        var calling: String?
        var depth: Int
        var environment: [String: String] = [:]
        /// Variables whose value is not known here.
        var unknown: [String] = []
        var defaults: [YAMLValue] = []
        /// Whether the job goes on where what is called fails.
        var mayFail = false
    }

    private func all(
        of workflow: YAMLValue,
        path: String,
        inputs: [String: String],
        calling: String?,
        depth: Int
    ) -> [JobDefinition] {
        workflow["jobs"].pairs.flatMap { pair -> [JobDefinition] in
            let surroundings = Surroundings(
                workflow: workflow,
                path: path,
                expression: JobExpression(inputs: inputs),
                calling: calling,
                depth: depth
            )
            guard let instances = JobMatrix.instances(pair.value["strategy"]["matrix"]) else {
                var job = JobDefinition(engine: .github, file: path, names: [pair.key], steps: [])
                job.obstacles = ["what it runs over is known only where it runs ('strategy.matrix')"]
                return [job]
            }
            return instances.flatMap { self.jobs(pair.key, pair.value, $0, surroundings) }
        }
    }

    private func jobs(
        _ id: String,
        _ job: YAMLValue,
        _ instance: JobMatrix.Instance,
        _ surroundings: Surroundings
    ) -> [JobDefinition] {
        var around = surroundings
        around.expression.matrix = instance
        around.defaults = [around.workflow["defaults"]["run"], job["defaults"]["run"]]
        var shown = id
        if let name = job["name"].text {
            shown = around.expression.fill(name).text ?? name
            if !JobExpression.namesMatrix(name), !instance.shown.isEmpty { shown += Self.values(instance) }
        } else if !instance.shown.isEmpty {
            shown += Self.values(instance)
        }
        if let calling = around.calling { shown = "\(calling) / \(shown)" }
        var names = [shown]
        if around.calling == nil {
            let file = around.path.split(separator: "/").last.map(String.init) ?? around.path
            // A workflow without a name goes by its path.
            for workflow in around.workflow["name"].text.map({ [$0] }) ?? [around.path, file] {
                names.append("\(workflow) / \(shown)")
            }
        }
        names.append(id)
        var definition = JobDefinition(engine: .github, file: around.path, names: names, steps: [])
        if let called = job["uses"].text { return calls(called, job, definition, around) }
        add(job, to: &definition, around.expression)
        for level in [around.workflow["env"], job["env"]] { add(level, to: &around) }
        definition.steps = job["steps"].items.enumerated().flatMap { number, step in
            self.steps(step, number: number + 1, around)
        }
        if definition.steps.isEmpty { definition.obstacles.append("it has no steps") }
        return [definition]
    }

    private static func values(_ instance: JobMatrix.Instance) -> String {
        " (\(instance.shown.joined(separator: ", ")))"
    }

    /// A job that is another workflow.
    private func calls(
        _ called: String,
        _ job: YAMLValue,
        _ definition: JobDefinition,
        _ around: Surroundings
    ) -> [JobDefinition] {
        var refused = definition
        guard called.hasPrefix("./"), around.depth < Self.mostDepth else {
            refused.obstacles = ["it is the workflow '\(called)', which does not lie here"]
            return [refused]
        }
        let path = String(called.dropFirst(2))
        do throws(YAMLValue.Fault) {
            guard let workflow = try files.read(path) else {
                refused.obstacles = ["it is the workflow '\(path)', which is not there"]
                return [refused]
            }
            // YAML reads a bare 'on' as a word here, as GitHub does.
            let declared = workflow["on"]["workflow_call"]["inputs"]
            let inputs = inputs(declared, given: job["with"], around.expression)
            return all(of: workflow, path: path, inputs: inputs, calling: definition.name, depth: around.depth + 1)
        } catch {
            refused.obstacles = ["it is the workflow '\(path)', which \(error.message)"]
            return [refused]
        }
    }

    private func inputs(_ declared: YAMLValue, given: YAMLValue, _ expression: JobExpression) -> [String: String] {
        var inputs: [String: String] = [:]
        for pair in declared.pairs { inputs[pair.key] = pair.value["default"].text ?? "" }
        for pair in given.pairs {
            inputs[pair.key] = pair.value.text.flatMap { expression.fill($0).text }
        }
        return inputs
    }

    /// What the machine of a job would have to be.
    private func add(_ job: YAMLValue, to definition: inout JobDefinition, _ expression: JobExpression) {
        if !job["services"].isNull {
            let names = job["services"].pairs.map(\.key).joined(separator: ", ")
            definition.obstacles.append("it needs services: \(names.isEmpty ? "as an expression says" : names)")
        }
        let labels = (job["runs-on"]["labels"].texts + job["runs-on"].texts).map { expression.fill($0).text ?? $0 }
        if let other = labels.first(where: { label in
            let small = label.lowercased()
            return small.contains("windows") || small.contains("macos") && JobExpression.system != "macOS"
        }) {
            definition.obstacles.append("it runs on '\(other)'")
        }
        if let image = job["container"].text ?? job["container"]["image"].text {
            definition.notes.append("the tools of this machine stand in for the image '\(image)'")
            definition.tool = JobTool.of(image: expression.fill(image).text ?? image)
        }
    }

    private func add(_ level: YAMLValue, to around: inout Surroundings) {
        if level.text != nil { around.unknown.append("its variables, which an expression makes") }
        for pair in level.pairs {
            switch around.expression.fill(pair.value.text ?? "") {
            case .text(let value):
                around.environment[pair.key] = value
                around.expression.environment[pair.key] = value
                around.unknown.removeAll { $0.hasSuffix(" (\(pair.key))") }
            case .needs(let what):
                around.environment[pair.key] = nil
                around.expression.environment[pair.key] = nil
                around.unknown.append("\(what) (\(pair.key))")
            }
        }
    }

    private func steps(_ step: YAMLValue, number: Int, _ surroundings: Surroundings) -> [JobDefinition.Step] {
        var around = surroundings
        add(step["env"], to: &around)
        let run = step["run"].text
        let uses = step["uses"].text
        var names: [String] = []
        if let name = step["name"].text { names.append(around.expression.fill(name).text ?? name) }
        if let line = run.map({ Excerpt.line($0, maximum: 200) }) { names += ["Run \(line)", line] }
        if let uses { names += ["Run \(uses)", uses] }
        names.append("#\(number)")
        var made = JobDefinition.Step(names: names, work: .leftOut("it does nothing that is known"))
        made.mayFail = around.mayFail || step["continue-on-error"].text == "true"
        if let condition = step["if"].text {
            switch Self.bare(condition) {
            case "always()", "success()", "!cancelled()", "true": break
            case "failure()", "cancelled()", "false":
                made.work = .given("only where something failed before")
                return [made]
            default:
                made.work = .leftOut("whether it runs, only the engine knows (\(Excerpt.visible(condition)))")
                return [made]
            }
        }
        if let uses {
            around.mayFail = made.mayFail
            return action(uses, step, made, around)
        }
        if let run { made.work = work(run, step, around) }
        return [made]
    }

    private static func bare(_ condition: String) -> String {
        var text = condition.trimmedBlanks
        if text.hasPrefix("${{"), text.hasSuffix("}}") { text = String(text.dropFirst(3).dropLast(2)).trimmedBlanks }
        return text.replacing(" ", with: "")
    }

    private func work(_ run: String, _ step: YAMLValue, _ around: Surroundings) -> JobDefinition.Work {
        if let unknown = around.unknown.first { return .leftOut("it needs \(unknown)") }
        func setting(_ name: String) -> String? {
            ([step] + around.defaults.reversed()).lazy.compactMap { $0[name].text }.first
        }
        let folder = around.expression.fill(setting("working-directory") ?? "")
        let shell = around.expression.fill(setting("shell") ?? "")
        let text: String
        switch (around.expression.fill(run), folder, shell) {
        case (.needs(let what), _, _), (_, .needs(let what), _), (_, _, .needs(let what)):
            return .leftOut("it needs \(what)")
        case (.text(let filled), .text, .text): text = filled
        }
        guard let words = Self.shell(shell.text ?? "") else {
            return .leftOut("it is for the shell '\(shell.text ?? "")'")
        }
        return Self.work(
            JobScript(shell: words, text: text, folder: folder.text ?? "", environment: around.environment)
        )
    }

    /// A script, or why it is none for this machine.
    static func work(_ script: JobScript) -> JobDefinition.Work {
        for name in ["GITHUB_ENV", "GITHUB_PATH"] where script.text.contains(name) {
            return .leftOut("it hands variables on to what follows (\(name))")
        }
        if let need = ShellNetwork.need(of: script.text) { return .leftOut("it needs a network or a system: \(need)") }
        let parts = script.folder.split(separator: "/")
        guard !script.folder.hasPrefix("/"), !script.folder.hasPrefix("-"), !parts.contains("..") else {
            return .leftOut("its folder '\(Excerpt.visible(script.folder))' is none of the repository")
        }
        // What is shown has to be what is run, to the last byte.
        let texts = [script.text, script.folder] + script.shell + script.environment.values
        guard !texts.contains(where: { $0.contains("\0") }) else { return .leftOut("it holds a zero byte") }
        if let odd = script.environment.keys.sorted().first(where: { !isVariable($0) }) {
            return .leftOut("no shell has a variable '\(Excerpt.visible(odd))'")
        }
        var script = script
        while script.text.hasSuffix("\n") { script.text.removeLast() }
        return .run(script)
    }

    private static func isVariable(_ name: String) -> Bool {
        !name.isEmpty && !(name.first?.isNumber ?? true)
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    /// The words of a shell as GitHub starts it, up to the script; `nil` for one that is not here.
    static func shell(_ name: String) -> [String]? {
        switch name {
        case "": return ["bash", "-e", "-c"]
        case "bash": return ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"]
        case "sh": return ["sh", "-e", "-c"]
        case "python": return ["python", "-c"]
        default:
            var words = name.split(separator: " ").map(String.init)
            guard words.last == "{0}", let first = words.first,
                ["bash", "sh", "dash", "zsh", "python", "python3"].contains(first)
            else { return nil }
            words[words.count - 1] = "-c"
            return words
        }
    }

    // MARK: - Actions

    private static let given = [
        "actions/checkout", "actions/cache", "actions/setup-", "astral-sh/setup-uv", "ruby/setup-ruby",
    ]
    private static let afterwards = ["actions/upload-artifact", "codecov/codecov-action"]

    private func action(
        _ uses: String,
        _ step: YAMLValue,
        _ plain: JobDefinition.Step,
        _ around: Surroundings
    ) -> [JobDefinition.Step] {
        var made = plain
        if uses.hasPrefix("./") { return composite(String(uses.dropFirst(2)), step, made, around) }
        let elsewhere = ["repository", "ref", "path", "submodules", "lfs"].first { !step["with"][$0].isNull }
        if uses.hasPrefix("actions/checkout"), let elsewhere {
            made.work = .leftOut("the action '\(uses)' brings something else ('\(elsewhere)')")
        } else if Self.given.contains(where: uses.hasPrefix) {
            made.tool = JobTool.of(action: uses, with: step["with"], around.expression)
            made.work = .given(
                uses.hasPrefix("actions/checkout")
                    ? "the tree under review is there" : "the tools of this machine stand in for '\(uses)'"
            )
        } else if Self.afterwards.contains(where: uses.hasPrefix) {
            made.work = .given("'\(uses)' only takes something away")
        } else {
            made.work = .leftOut("the action '\(uses)' is not run here")
        }
        return [made]
    }

    private func composite(
        _ folder: String,
        _ step: YAMLValue,
        _ plain: JobDefinition.Step,
        _ around: Surroundings
    ) -> [JobDefinition.Step] {
        var refused = plain
        let stem = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        guard around.depth < Self.mostDepth else {
            refused.work = .leftOut("actions call each other more than \(Self.mostDepth) deep")
            return [refused]
        }
        do throws(YAMLValue.Fault) {
            for name in ["action.yml", "action.yaml"] {
                guard let action = try files.read(stem.isEmpty ? name : "\(stem)/\(name)") else { continue }
                guard action["runs"]["using"].text == "composite" else {
                    refused.work = .leftOut("the action './\(stem)' is a program of its own")
                    return [refused]
                }
                var inner = around
                inner.depth += 1
                inner.defaults = []
                inner.expression.inputs = inputs(action["inputs"], given: step["with"], around.expression)
                return action["runs"]["steps"].items.enumerated().flatMap { number, part in
                    steps(part, number: number + 1, inner).map { made in
                        var made = made
                        made.names = plain.names.prefix(1).map { "\($0) / \(made.names.first ?? "")" } + plain.names
                        return made
                    }
                }
            }
            refused.work = .leftOut("the action './\(stem)' is not there")
        } catch {
            refused.work = .leftOut("the action './\(stem)' \(error.message)")
        }
        return [refused]
    }
}
