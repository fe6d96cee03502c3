extension PatternRule {
    /// Files of settings that a tool cannot read.
    static let configuration: [PatternRule] = [
        // Rust's parser, as ruff, uv and cargo use it.
        PatternRule(.tomlParse, "TOML parse error at line {line#}, column {column#}"),
        PatternRule(.tomlParse, "Cause: TOML parse error at line {line#}, column {column#}"),
        PatternRule(.tomlParse, "ruff failed: TOML parse error at line {line#}, column {column#}", tool: "ruff"),
        // Python's own.
        PatternRule(.tomlParse, "ERROR: {file}: {message} (at line {line#}, column {column#})", endings: [".toml"]),
        PatternRule(.tomlParse, "{file}: {message} (at line {line#}, column {column#})", endings: [".toml"]),
        PatternRule(.tomlParse, "tomllib.TOMLDecodeError: {message} (at line {line#}, column {column#})"),
        PatternRule(.tomlParse, "tomli.TOMLDecodeError: {message} (at line {line#}, column {column#})"),
        PatternRule(
            .tomlParse,
            "tomli._parser.TOMLDecodeError: {message} (at line {line#}, column {column#})",
            at: .head
        ),
        PatternRule(.tomlParse, "toml.decoder.TomlDecodeError: {message} (line {line#} column {column#} "),
        // Black.
        PatternRule(
            .tomlParse,
            "Error: Could not open file '{file}': Error reading configuration file: {message} (at line {line#}, column {column#})"
        ),
        PatternRule(.tomlParse, "--> {file}:{line#}:{column#}", endings: [".toml"], tool: "cargo"),
        PatternRule(.tomlParse, "error: failed to parse manifest at `{file}`", tool: "cargo"),
        PatternRule(.unknownVariant, "unknown variant `{invalidValue}`, expected one of {validValues}"),
        PatternRule(.unknownVariant, "unknown variant `{invalidValue}`, expected {validValues}"),
        PatternRule(.unknownVariant, "error: unknown variant `{invalidValue}`, expected {validValues}"),
        PatternRule(.unknownVariant, "Error: unknown variant `{invalidValue}`, expected {validValues}"),
        PatternRule(.ruffSettings, "Cause: Unknown rule selector `{invalidValue}` in `{}` from `{file}`", tool: "ruff"),
        PatternRule(.ruffSettings, "Cause: Unknown rule selector: `{invalidValue}`", tool: "ruff"),
        PatternRule(.ruffSettings, "ruff failed{end}", tool: "ruff"),
        PatternRule(.ruffSettings, "ruff failed: {message}", tool: "ruff"),
        PatternRule(.ruffSettings, "error: invalid value '{invalidValue}' for '--select <", tool: "ruff"),
    ]
}
