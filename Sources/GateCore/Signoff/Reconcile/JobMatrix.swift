/// What a job runs over: one set of values for each of its instances.
enum JobMatrix {
    /// Most instances of one job, as GitHub has it.
    static let most = 256

    /// Values of one instance, by name; those of maps by `name.key`. The values in order make its shown name.
    struct Instance: Sendable, Hashable {
        var values: [String: String] = [:]
        var shown: [String] = []
        /// Names of what is no single value.
        var opaque: Set<String> = []

        /// What an expression gives for a name: nothing where the instance has none; `nil` where it cannot be told.
        func value(of name: String) -> String? {
            if let value = values[name] { return value }
            let isPart = opaque.contains { $0 == name || name.hasPrefix($0 + ".") || $0.hasPrefix(name + ".") }
            return isPart || values.keys.contains { $0.hasPrefix(name + ".") } ? nil : ""
        }
    }

    /// - Parameter value: `strategy.matrix`.
    /// - Returns: one empty instance for a job without a matrix; `nil` where only a running job knows it.
    static func instances(_ value: YAMLValue) -> [Instance]? {
        guard !value.isNull else { return [Instance()] }
        guard case .map(let pairs) = value else { return nil }
        let axes = pairs.filter { !["include", "exclude"].contains($0.key) }
        var all: [[YAMLValue.Pair]] = [[]]
        for axis in axes {
            guard case .list(let values) = axis.value else { return nil }
            guard all.count * values.count <= most else { return nil }
            all = all.flatMap { known in values.map { known + [YAMLValue.Pair(key: axis.key, value: $0)] } }
        }
        if axes.isEmpty { all = [] }
        for left in [value["include"], value["exclude"]] where left.text != nil { return nil }
        for excluded in value["exclude"].items {
            all.removeAll { instance in
                excluded.pairs.allSatisfy { pair in instance.contains { $0.key == pair.key && $0.value == pair.value } }
            }
        }
        let names = Set(axes.map(\.key))
        let original = all
        var added: [[YAMLValue.Pair]] = []
        for included in value["include"].items {
            let mine = included.pairs.filter { names.contains($0.key) }
            var isTaken = false
            for (number, instance) in original.enumerated() where mine.allSatisfy(instance.contains) {
                isTaken = true
                let extra = included.pairs.filter { !names.contains($0.key) }
                all[number].removeAll { old in extra.contains { $0.key == old.key } }
                all[number] += extra
            }
            if !isTaken || original.isEmpty { added.append(included.pairs) }
        }
        all += added
        guard !all.isEmpty, all.count <= most else { return nil }
        return all.map(instance)
    }

    private static func instance(_ pairs: [YAMLValue.Pair]) -> Instance {
        var instance = Instance()
        for pair in pairs { add(pair.key, pair.value, to: &instance) }
        return instance
    }

    private static func add(_ name: String, _ value: YAMLValue, to instance: inout Instance) {
        switch value {
        case .text(let text, let isPlain):
            let shown = isPlain ? number(text) : text
            instance.values[name] = shown
            instance.shown.append(shown)
        case .map(let pairs): for pair in pairs { add("\(name).\(pair.key)", pair.value, to: &instance) }
        case .null: instance.values[name] = ""
        case .list, .reference: instance.opaque.insert(name)
        }
    }

    /// A number as the engine writes it: `3.10` without quotes is `3.1` there.
    private static func number(_ text: String) -> String {
        guard text.contains("."), text.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }),
            let value = Double(text)
        else { return text }
        let short = "\(value)"
        return short.hasSuffix(".0") ? String(short.dropLast(2)) : short
    }
}
