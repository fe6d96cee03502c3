extension PatternRule {
    /// Imports that lead nowhere, or in a circle.
    static let modules: [PatternRule] = [
        PatternRule(
            .importCycle,
            "ImportError: cannot import name '{missingName}' from partially initialized module '{module}' (most likely due to a circular import) ({file})"
        ),
        PatternRule(
            .importCycle,
            "AttributeError: partially initialized module '{module}' has no attribute '{missingName}' (most likely due to a circular import)"
        ),
        PatternRule(
            .importCycle,
            "AttributeError: partially initialized module '{module}' from '{file}' has no attribute '{missingName}'"
        ),
        PatternRule(.importCycle, "imports {module@} import cycle not allowed", tool: "go"),
        PatternRule(.importCycle, "import cycle not allowed", tool: "go"),
        PatternRule(.importCycle, "package {module@} import cycle not allowed", tool: "go"),
        PatternRule(.importCycle, "error: cyclic package dependency: package `{module}`", tool: "cargo"),
        PatternRule(.importCycle, "error: cyclic dependency declaration found: {message}", tool: "swift"),
        PatternRule(.importCycle, "error: circular dependency between modules '{module}'", tool: "swift"),
        PatternRule(
            .importCycle,
            "(node:{#}) Warning: Accessing non-existent property '{missingName}' of module exports inside circular dependency"
        ),
        PatternRule(.missingModule, "ModuleNotFoundError: No module named '{module}'"),
        PatternRule(
            .missingModule,
            "ImportError: cannot import name '{missingName}' from '{module}' ({file})"
        ),
        PatternRule(.missingModule, "ImportError: No module named {module@}{end}"),
        PatternRule(.missingModule, "Error: Cannot find module '{module}'{end}"),
        PatternRule(.missingModule, "Cannot find module '{module}' from '{file}'", tool: "jest"),
        PatternRule(.missingModule, "Cannot find module '{module}'{end}"),
        PatternRule(
            .missingModule,
            "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '{module}' imported from {file}"
        ),
        PatternRule(
            .missingModule,
            "Error [ERR_MODULE_NOT_FOUND]: Cannot find package '{module}' imported from {file}"
        ),
        PatternRule(.missingModule, "Cannot find {@} '{module}' imported from {file}"),
        PatternRule(
            .missingModule,
            "Error: Failed to resolve import \"{module}\" from \"{file}\"",
            at: .head,
            tool: "vitest"
        ),
        PatternRule(.missingModule, "Failed to load url {module@} (resolved id: ", tool: "vitest"),
        PatternRule(.missingModule, "Error: Failed to load url {module@} (resolved id: ", tool: "vitest"),
        PatternRule(.missingModule, "Failed to resolve import \"{module}\" from \"{file}\"", tool: "vitest"),
        PatternRule(
            .missingModule,
            "SyntaxError: The requested module '{module}' does not provide an export named '{missingName}'"
        ),
        PatternRule(
            .missingModule,
            "{file}({line#},{column#}): error TS2307: Cannot find module '{module}'",
            tool: "tsc"
        ),
        PatternRule(
            .missingModule,
            "{file}:{line#}:{column#} - error TS2307: Cannot find module '{module}'",
            tool: "tsc"
        ),
        PatternRule(
            .missingModule,
            "{file}:{line#}:{column#}: no required module provides package {module@}",
            tool: "go"
        ),
        PatternRule(.missingModule, "{file}:{line#}:{column#}: package {module@} is not in ", tool: "go"),
        PatternRule(
            .missingModule,
            "{file}:{line#}:{column#}: cannot find module providing package {module@}",
            tool: "go"
        ),
        PatternRule(.missingModule, "{file}:{line#}:{column#}: cannot find package \"{module}\"", tool: "go"),
        PatternRule(.missingModule, "error[E0432]: unresolved import `{module}`", tool: "rustc"),
        PatternRule(.missingModule, "error[E0433]: {}unresolved module or unlinked crate `{module}`", tool: "rustc"),
        PatternRule(.missingModule, "error[E0433]: {}undeclared crate or module `{module}`", tool: "rustc"),
        PatternRule(.missingModule, "error[E0583]: file not found for module `{module}`", tool: "rustc"),
        PatternRule(.missingModule, "{file}:{line#}: error: package {module@} does not exist", tool: "javac"),
        PatternRule(
            .missingModule,
            "[ERROR] {file}:[{line#},{column#}] package {module@} does not exist",
            tool: "maven"
        ),
        PatternRule(.missingModule, "java.lang.ClassNotFoundException: {module}"),
        PatternRule(.missingModule, "java.lang.NoClassDefFoundError: {module}"),
        PatternRule(.missingModule, "LoadError: cannot load such file -- {module}"),
        PatternRule(.missingModule, "{}: cannot load such file -- {module} (LoadError){end}"),
        PatternRule(.missingModule, "{file}:{line#}:{column#}: fatal error: '{module}' file not found", tool: "clang"),
        PatternRule(
            .missingModule,
            "{file}:{line#}:{column#}: fatal error: {module}: No such file or directory{end}",
            tool: "gcc"
        ),
        PatternRule(.missingModule, "{file}:{line#}:{column#}: error: no such module '{module}'", tool: "swift"),
        PatternRule(.missingModule, "{}cannot find -l{module@}", tool: "ld"),
        // The runner itself: `/usr/bin/python3: No module named pytest`.
        PatternRule(.missingModule, "{command@} No module named {module@}{end}", at: .head, cause: .environment),
    ]

    /// What does not even parse.
    static let syntax: [PatternRule] = [
        PatternRule(.syntaxError, "SyntaxError: {message}"),
        PatternRule(.syntaxError, "IndentationError: {message}"),
        PatternRule(.syntaxError, "TabError: {message}"),
        PatternRule(.syntaxError, "{file}: line {line#}: syntax error{message}", tool: "shell"),
        PatternRule(.syntaxError, "{file}: line {line#}: unexpected EOF while {message}", tool: "shell"),
        PatternRule(.syntaxError, "{file}: {line#}: Syntax error: {message}", tool: "shell"),
        PatternRule(.syntaxError, "{file}:{line#}:{column#}: syntax error: {message}", endings: [".go"], tool: "go"),
        PatternRule(.syntaxError, "{file}:{line#}:{column#}: expected {message}", endings: [".go"], tool: "go"),
        PatternRule(.syntaxError, "{file}:{line#}: syntax error{message}", endings: [".rb"], tool: "ruby"),
        PatternRule(.syntaxError, "{file}:{line#}:in {}: syntax error {message}", endings: [".rb"], tool: "ruby"),
        PatternRule(.syntaxError, "{file}:{line#}: error: {message} expected{end}", endings: jvm, tool: "javac"),
        PatternRule(.syntaxError, "{file}:{line#}: error: illegal start of {message}", endings: jvm, tool: "javac"),
        PatternRule(
            .syntaxError,
            "{file}:{line#}: error: reached end of file while parsing",
            endings: jvm,
            tool: "javac"
        ),
        PatternRule(.syntaxError, "[ERROR] {file}:[{line#},{column#}] {message} expected{end}", tool: "maven"),
        PatternRule(
            .syntaxError,
            "{file}:{line#}:{column#}: error: expecting {message}",
            endings: jvm,
            tool: "kotlinc"
        ),
        PatternRule(.syntaxError, "{file}:{line#}:{column#}: error: expected {message}", tool: "compiler"),
        PatternRule(.syntaxError, "error: expected {message}, found ", tool: "rustc"),
        PatternRule(.syntaxError, "error: expected {message} after ", tool: "rustc"),
        PatternRule(.syntaxError, "error: unexpected closing delimiter: {message}", tool: "rustc"),
        PatternRule(.syntaxError, "error: this file contains an unclosed delimiter", tool: "rustc"),
        PatternRule(.syntaxError, "{file}({line#},{column#}): error TS1{#}: {message}", tool: "tsc"),
        PatternRule(.syntaxError, "{file}:{line#}:{column#} - error TS1{#}: {message}", tool: "tsc"),
        PatternRule(.syntaxError, "Error: Parse error in {file}: {message}"),
        PatternRule(.syntaxError, "{file}:{line#}: *** missing separator", tool: "make"),
        PatternRule(.syntaxError, "error: cannot parse: {file}:{line#}:{column#}", tool: "black"),
        PatternRule(
            .syntaxError,
            "error: cannot format {file}: Cannot parse{}: {line#}:{column#}: {message}",
            tool: "black"
        ),
    ]

    /// What a compiler or linker refuses; the most general forms, so the last.
    static let compilers: [PatternRule] = [
        PatternRule(.compileError, "error[{code@}]: {message}", tool: "rustc"),
        PatternRule(
            .compileError,
            "error: {message}",
            unlessBelow: ["clippy", ".toml:"],
            onlyAbove: "--> ",
            tool: "rustc"
        ),
        PatternRule(.compileError, "{file}:{line#}:{column#}: fatal error: {message}", tool: "compiler"),
        PatternRule(.compileError, "{file}:{line#}:{column#}: error: {message}", tool: "compiler"),
        PatternRule(.compileError, "{file}:{line#}: error: {message}", endings: jvm, tool: "javac"),
        PatternRule(.compileError, "[ERROR] {file}:[{line#},{column#}] {message}", tool: "maven"),
        PatternRule(.compileError, "e: {file}:{line#}:{column#} {message}", tool: "kotlinc"),
        PatternRule(.compileError, "e: {file}: ({line#}, {column#}): {message}", tool: "kotlinc"),
        PatternRule(.compileError, "{file}:{line#}:{column#}: {message}", endings: [".go"], tool: "go"),
        PatternRule(.compileError, "{}: undefined reference to `{missingName}'", tool: "ld"),
        PatternRule(.compileError, "Undefined symbols for architecture {code@}", tool: "ld"),
        PatternRule(.compileError, "CMake Error at {file}:{line#}", tool: "cmake"),
        PatternRule(.compileError, "make: *** No rule to make target '{missingName}'", tool: "make"),
    ]

    private static let jvm = [".java", ".kt", ".kts", ".scala", ".groovy"]
}
