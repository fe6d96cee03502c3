extension FrameFamily {
    /// Panics, backtraces and the arrows of rustc's diagnostics.
    static let rust = FrameFamily(
        forms: [
            Form("thread '{}' {}panicked at '{}', {path}:{line#}:"),
            Form("thread '{}' {}panicked at {path}:{line#}:"),
            Form("at {path}:{line#}:{column#}{end}", endings: endings, followsFunction: true),
            Form("--> {path}:{line#}:{column#}", followsSeverity: true),
            Form("::: {path}:{line#}:{column#}", followsSeverity: true),
        ],
        functionLines: ["{#}: {} - {function}", "{#}: {function}"]
    )

    private static let endings = [".rs"]
}
