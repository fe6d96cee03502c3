extension FrameFamily {
    /// Stacks of goroutines, messages of tests, diagnostics of the compiler and of vet.
    static let go = FrameFamily(
        forms: [
            Form("{path}:{line#} +0x", endings: endings, followsFunction: true),
            Form("{path}:{line#}{end}", endings: endings, followsFunction: true),
            Form("Error Trace: {path}:{line#}", .baseName, endings: endings),
            Form("{path}:{line#}: ", .baseName, endings: endings),
            Form("{path}:{line#}:{column#}: ", .baseName, endings: endings),
            Form("vet: {path}:{line#}:{column#}: ", .baseName, endings: endings),
        ],
        functionLines: ["created by {function}{end}", "{function}({}"]
    )

    private static let endings = [".go"]
}
