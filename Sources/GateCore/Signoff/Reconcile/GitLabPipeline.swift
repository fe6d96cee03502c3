/// The jobs of GitLab's pipeline file, with what they extend and include of the same repository.
struct GitLabPipeline {
    static let path = ".gitlab-ci.yml"

    private let files: JobFiles
    private static let mostDepth = 12
    private static let reserved: Set = [
        "default", "include", "stages", "variables", "workflow", "image", "services", "cache", "before_script",
        "after_script", "spec", "types",
    ]

    init(_ files: JobFiles) { self.files = files }

    /// - Returns: every job that can be told, and what keeps a file from being read whole.
    func jobs() -> (jobs: [JobDefinition], problems: [String]) {
        var problems: [String] = []
        var top: [YAMLValue.Pair] = []
        read(Self.path, into: &top, &problems, depth: 0)
        let whole = YAMLValue.map(top)
        var jobs: [JobDefinition] = []
        for pair in top where !Self.reserved.contains(pair.key) && !pair.key.hasPrefix(".") {
            guard case .map = pair.value else { continue }
            jobs += definitions(pair.key, whole)
        }
        return (jobs, problems)
    }

    /// Takes a file and what it includes; what is written in the including file wins.
    private func read(_ path: String, into top: inout [YAMLValue.Pair], _ problems: inout [String], depth: Int) {
        let document: YAMLValue
        do throws(YAMLValue.Fault) {
            guard let found = try files.read(path) else {
                if depth > 0 { problems.append("'\(Excerpt.visible(path))' is included and not there") }
                return
            }
            document = found
        } catch {
            problems.append("'\(Excerpt.visible(path))' \(error.message)")
            return
        }
        guard depth < Self.mostDepth else {
            problems.append("'\(Excerpt.visible(path))' is included too deep")
            return
        }
        let included = document["include"]
        var inner: [YAMLValue.Pair] = []
        for entry in included.items.isEmpty ? [included] : included.items where !entry.isNull {
            let local = entry["local"].text ?? entry.text.flatMap { $0.contains("://") ? nil : $0 }
            if let local, !local.contains("*"), entry["rules"].isNull, entry["inputs"].isNull {
                read(String(local.drop { $0 == "/" }), into: &inner, &problems, depth: depth + 1)
            } else {
                let parts = entry.pairs.map { "\($0.key): \($0.value.text ?? "…")" }
                let name = Excerpt.visible(entry.text ?? parts.joined(separator: ", "))
                problems.append("'\(Excerpt.visible(path))' includes what does not lie here: \(name)")
            }
        }
        top = Self.merged(Self.merged(top, with: inner), with: document.pairs.filter { $0.key != "include" })
    }

    /// Maps merge key by key; of anything else the later one counts.
    private static func merged(_ old: [YAMLValue.Pair], with new: [YAMLValue.Pair]) -> [YAMLValue.Pair] {
        var all = old
        for pair in new {
            guard let index = all.firstIndex(where: { $0.key == pair.key }) else {
                all.append(pair)
                continue
            }
            if case .map(let mine) = all[index].value, case .map(let theirs) = pair.value {
                all[index].value = .map(merged(mine, with: theirs))
            } else {
                all[index].value = pair.value
            }
        }
        return all
    }

    /// A job with everything it extends; `nil` where that is not there.
    private func extended(_ name: String, _ whole: YAMLValue, depth: Int) throws(YAMLValue.Fault) -> [YAMLValue.Pair] {
        guard depth < Self.mostDepth else { throw YAMLValue.Fault("extends others more than \(Self.mostDepth) deep") }
        let own = whole[name]
        guard case .map(let pairs) = own else { throw YAMLValue.Fault("extends '\(name)', which is not here") }
        var all: [YAMLValue.Pair] = []
        for parent in own["extends"].texts {
            all = Self.merged(all, with: try extended(parent, whole, depth: depth + 1))
        }
        return Self.merged(all, with: pairs.filter { $0.key != "extends" })
    }

    private func definitions(_ name: String, _ whole: YAMLValue) -> [JobDefinition] {
        var definition = JobDefinition(engine: .gitlab, file: Self.path, names: [name], steps: [])
        let job: YAMLValue
        do throws(YAMLValue.Fault) {
            job = .map(try extended(name, whole, depth: 0))
        } catch {
            definition.obstacles = ["it \(error.message)"]
            return [definition]
        }
        func setting(_ key: String) -> YAMLValue {
            [job[key], whole["default"][key], whole[key]].first { !$0.isNull } ?? .null
        }
        if !job["trigger"].isNull { definition.obstacles.append("it starts another pipeline") }
        if !job["run"].isNull { definition.obstacles.append("it runs steps of GitLab's own ('run')") }
        if !job["inherit"].isNull { definition.obstacles.append("what it inherits is chosen by 'inherit'") }
        if !setting("services").isNull, setting("services") != .list([]) {
            definition.obstacles.append("it needs services")
        }
        if let image = setting("image").text ?? setting("image")["name"].text {
            definition.notes.append("the tools of this machine stand in for the image '\(image)'")
            definition.tool = JobTool.of(image: image)
        }
        if let tag = job["tags"].texts.first(where: { $0.lowercased().contains("windows") }) {
            definition.obstacles.append("it runs on '\(tag)'")
        }
        var environment: [String: String] = ["CI_JOB_NAME": name]
        for level in [whole["variables"], job["variables"]] {
            for pair in level.pairs { environment[pair.key] = pair.value.text ?? pair.value["value"].text ?? "" }
        }
        guard let instances = instances(job["parallel"], name) else {
            definition.obstacles.append("what it runs over cannot be told ('parallel')")
            return [definition]
        }
        return instances.map { names, values in
            var one = definition
            one.names = names
            one.steps = steps(
                setting("before_script"),
                job["script"],
                whole,
                environment.merging(values) { _, new in new }
            )
            return one
        }
    }

    private func instances(_ parallel: YAMLValue, _ name: String) -> [([String], [String: String])]? {
        if parallel.isNull { return [([name], [:])] }
        if let count = parallel.text.flatMap(PolicyValue.integer), (1...200).contains(count) {
            return (1...count).map { index in
                (["\(name) \(index)/\(count)", name], ["CI_NODE_INDEX": "\(index)", "CI_NODE_TOTAL": "\(count)"])
            }
        }
        var all: [([String], [String: String])] = []
        for entry in parallel["matrix"].items {
            var combined: [[(String, String)]] = [[]]
            for pair in entry.pairs {
                guard combined.count * pair.value.texts.count <= 200 else { return nil }
                combined = combined.flatMap { known in pair.value.texts.map { known + [(pair.key, $0)] } }
            }
            all += combined.map { values in
                (
                    ["\(name): [\(values.map(\.1).joined(separator: ", "))]", name],
                    Dictionary(values) { _, last in last }
                )
            }
        }
        return all.isEmpty || all.count > 200 ? nil : all
    }

    private func steps(
        _ before: YAMLValue,
        _ script: YAMLValue,
        _ whole: YAMLValue,
        _ environment: [String: String]
    ) -> [JobDefinition.Step] {
        var first: [String]
        let second: [String]
        do throws(YAMLValue.Fault) {
            first = try lines(before, whole, depth: 0)
            second = try lines(script, whole, depth: 0)
        } catch {
            return [JobDefinition.Step(names: ["script"], work: .leftOut("its script \(error.message)"))]
        }
        guard !second.isEmpty else { return [] }
        func work(_ lines: [String]) -> JobDefinition.Work {
            GitHubWorkflow.work(
                JobScript(
                    shell: ["bash", "-eo", "pipefail", "-c"],
                    text: lines.joined(separator: "\n"),
                    folder: "",
                    environment: environment
                )
            )
        }
        var steps: [JobDefinition.Step] = []
        // Both are one script of one shell; what cannot be done here of the first is left out as a whole.
        if !first.isEmpty, case .leftOut(let why) = work(first) {
            steps.append(JobDefinition.Step(names: ["before_script"], work: .leftOut(why)))
            first = []
        }
        steps.append(JobDefinition.Step(names: ["script"], work: work(first + second)))
        return steps
    }

    /// The lines of a script, lists within lists and references written out.
    private func lines(_ value: YAMLValue, _ whole: YAMLValue, depth: Int) throws(YAMLValue.Fault) -> [String] {
        guard depth < Self.mostDepth else { throw YAMLValue.Fault("is nested too deep") }
        switch value {
        case .null: return []
        case .text(let text, _): return [text]
        case .list(let items):
            var all: [String] = []
            for item in items { all += try lines(item, whole, depth: depth + 1) }
            guard all.count <= 2000 else { throw YAMLValue.Fault("has more than 2000 lines") }
            return all
        case .reference(let names):
            var target = whole
            for name in names { target = target[name] }
            guard !target.isNull else {
                throw YAMLValue.Fault("refers to '\(names.joined(separator: "."))', which is not here")
            }
            return try lines(target, whole, depth: depth + 1)
        case .map: throw YAMLValue.Fault("is no list of lines")
        }
    }
}
