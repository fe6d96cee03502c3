extension PatternRule {
    /// Formatters that would write a file otherwise, and linters that object to one.
    static let style: [PatternRule] = [
        PatternRule(.formatCheck, "unformatted: File would be reformatted", onlyAbove: "--> ", tool: "ruff format"),
        PatternRule(.formatCheck, "Would reformat: {file}", tool: "ruff format"),
        PatternRule(.formatCheck, "would reformat {file}", tool: "black"),
        PatternRule(.formatCheck, "Diff in {file}:{line#}:{end}", tool: "cargo fmt"),
        PatternRule(.formatCheck, "Diff in {file} at line {line#}:{end}", tool: "cargo fmt"),
        PatternRule(.formatCheck, "ERROR: {file} Imports are incorrectly sorted and/or formatted.", tool: "isort"),
        PatternRule(
            .formatCheck,
            "{file}:{line#}:{column#}: error: code should be clang-formatted",
            tool: "clang-format"
        ),
        PatternRule(
            .formatCheck,
            "{file}:{line#}:{column#}: warning: code should be clang-formatted",
            tool: "clang-format"
        ),
        PatternRule(.formatCheck, "[warn] Code style issues found in {message}. Run Prettier", tool: "prettier"),
        PatternRule(.formatCheck, "diff {file}.orig {}", endings: [".go"], tool: "gofmt"),
        PatternRule(
            .formatCheck,
            "make: *** [{file}:{line#}: {command@}] Error {code#}{end}",
            naming: format,
            tool: "make"
        ),
        PatternRule(.formatCheck, "{command@} failed{end}", at: .head, naming: format),
        PatternRule(
            .formatCheck,
            "{file}:{line#}:{column#}: error: [{code@}] {message}",
            endings: [".swift"],
            tool: "swift format"
        ),
        PatternRule(
            .lintCheck,
            "{file}:{line#}:{column#}: {code@} [*] {message}",
            endings: python,
            hasCode: true,
            tool: "ruff"
        ),
        PatternRule(.lintCheck, "{code@} [*] {message}", hasCode: true, onlyAbove: "--> ", tool: "ruff"),
        PatternRule(.lintCheck, "{code@} {message}", hasCode: true, onlyAbove: "--> ", tool: "ruff"),
        PatternRule(
            .lintCheck,
            "{file}:{line#}:{column#}: {code@} {message}",
            endings: python,
            hasCode: true,
            tool: nil
        ),
        PatternRule(
            .lintCheck,
            "= help: for further information visit https://rust-lang.github.io/rust-clippy/{}#{code}",
            tool: "clippy"
        ),
        PatternRule(.lintCheck, "In {file} line {line#}:{end}", tool: "shellcheck"),
        PatternRule(.lintCheck, "✖ {#} problem{} ({#} error", tool: "eslint"),
        PatternRule(.lintCheck, "{line#}:{column#}  error  {message}", tool: "eslint"),
        PatternRule(
            .lintCheck,
            "{file}:{line#}:{column#}: {@} [Correctable] {code@} {message}",
            endings: [".rb"],
            tool: "rubocop"
        ),
        PatternRule(.lintCheck, "{file}:{line#}:{column#}: C: {message}", endings: [".rb"], tool: "rubocop"),
        PatternRule(.lintCheck, "{file}:{line#}:{column#}: W: {message}", endings: [".rb"], tool: "rubocop"),
        PatternRule(
            .lintCheck,
            "{file}:{line#}:{column#}: {message} ({code@}){end}",
            endings: [".go"],
            tool: "golangci-lint"
        ),
        PatternRule(
            .lintCheck,
            "{file}:{line#}:{column#}: {@} format {}has arg {message}",
            endings: [".go"],
            tool: "go vet"
        ),
        PatternRule(.lintCheck, "{file}:{line#}:{column#}: {@} call has {message}", endings: [".go"], tool: "go vet"),
        PatternRule(.lintCheck, "{file}:{line#}:{column#}: {@} call needs {message}", endings: [".go"], tool: "go vet"),
        PatternRule(.lintCheck, "{file}:{line#}:{column#}: unreachable code", endings: [".go"], tool: "go vet"),
        PatternRule(.lintCheck, "vet: {file}:{line#}:{column#}: {message}", tool: "go vet"),
        PatternRule(
            .lintCheck,
            "make: *** [{file}:{line#}: {command@}] Error {code#}{end}",
            naming: lint,
            tool: "make"
        ),
        PatternRule(.lintCheck, "{command@} failed{end}", at: .head, naming: lint),
    ]

    private static let format: Set<String> = ["format", "fmt", "formatting"]
    private static let lint: Set<String> = ["lint", "linter", "linting"]
    private static let python = [".py", ".pyi", ".ipynb"]
}
