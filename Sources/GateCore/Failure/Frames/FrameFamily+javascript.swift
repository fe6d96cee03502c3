extension FrameFamily {
    /// V8's traces as node, jest, vitest and mocha show them, and the diagnostics of TypeScript.
    static let javaScript = FrameFamily(forms: [
        Form("at async {function} ({path}:{line#}:{column#})"),
        Form("at {function} ({path}:{line#}:{column#})"),
        Form("at async {path}:{line#}:{column#}", endings: endings),
        Form("at {path}:{line#}:{column#}", endings: endings),
        Form("❯ {path}:{line#}:{column#}"),
        Form("❯ {function} {path}:{line#}:{column#}"),
        Form("{function}@{path}:{line#}:{column#}", endings: endings),
        Form("{function} ({path}:{line#}:{column#}){end}", endings: endings),
        Form("{path}({line#},{column#}): error "),
        Form("{path}:{line#}:{column#} - error "),
        // What node writes above the source of a syntax error.
        Form("{path}:{line#}{end}", endings: endings),
    ])

    private static let endings = [
        ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte",
    ]
}
