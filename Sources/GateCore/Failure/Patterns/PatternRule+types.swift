extension PatternRule {
    /// Values of the wrong type, as checkers and compilers find them, or as the program does.
    static let types: [PatternRule] = [
        PatternRule(
            .typeError,
            "{file}:{line#}:{column#}: error: {message}  [{code}]{end}",
            endings: [".py", ".pyi"],
            tool: "mypy"
        ),
        PatternRule(
            .typeError,
            "{file}:{line#}: error: {message}  [{code}]{end}",
            endings: [".py", ".pyi"],
            tool: "mypy"
        ),
        PatternRule(
            .typeError,
            "{file}:{line#}:{column#} - error: {message} (report{code@})",
            endings: [".py", ".pyi"],
            tool: "pyright"
        ),
        PatternRule(
            .typeError,
            "{file}:{line#}:{column#} - error: {message}",
            endings: [".py", ".pyi"],
            tool: "pyright"
        ),
        PatternRule(.typeError, "{file}({line#},{column#}): error TS{code#}: Type {message}", tool: "tsc"),
        PatternRule(.typeError, "{file}({line#},{column#}): error TS2{code#}: {message}", tool: "tsc"),
        PatternRule(.typeError, "{file}:{line#}:{column#} - error TS2{code#}: {message}", tool: "tsc"),
        PatternRule(.typeError, "TypeError: {message}"),
        PatternRule(.typeError, "{}: {message} (TypeError){end}"),
        PatternRule(.typeError, "name: 'TypeError'{end}", tool: "node"),
        PatternRule(.typeError, "error[E0308]: {message}", tool: "rustc"),
        PatternRule(.typeError, "error[E0277]: {message}", tool: "rustc"),
        PatternRule(.typeError, "{file}:{line#}:{column#}: cannot use {message}", endings: [".go"], tool: "go"),
        PatternRule(
            .typeError,
            "{file}:{line#}:{column#}: invalid operation: {message} (mismatched types",
            endings: [".go"],
            tool: "go"
        ),
        PatternRule(.typeError, "{file}:{line#}: error: incompatible types: {message}", tool: "javac"),
        PatternRule(.typeError, "[ERROR] {file}:[{line#},{column#}] incompatible types: {message}", tool: "maven"),
        PatternRule(.typeError, "{file}:{line#}:{column#}: error: type mismatch: {message}", tool: "kotlinc"),
        PatternRule(
            .typeError,
            "{file}:{line#}:{column#}: error: cannot convert value of type {message}",
            tool: "swift"
        ),
        PatternRule(
            .typeError,
            "{file}:{line#}:{column#}: error: cannot assign value of type {message}",
            tool: "swift"
        ),
        PatternRule(.typeError, "{file}:{line#}:{column#}: error: invalid conversion from {message}", tool: "g++"),
        PatternRule(.typeError, "{file}:{line#}:{column#}: error: cannot convert {message}", tool: "g++"),
        PatternRule(.typeError, "{file}:{line#}:{column#}: error: incompatible type{message}", tool: "gcc"),
        PatternRule(.typeError, "{file}:{line#}:{column#}: error: incompatible {message}", tool: "clang"),
    ]
}
