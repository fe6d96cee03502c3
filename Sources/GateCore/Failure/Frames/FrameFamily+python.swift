extension FrameFamily {
    /// CPython's traces, and pytest's long, short and native ones.
    static let python = FrameFamily(
        order: .innermostLast,
        forms: [
            Form("File \"{path}\", line {line#}, in {function}"),
            Form("File \"{path}\", line {line#}"),
            // Within a group of exceptions.
            Form("| {}File \"{path}\", line {line#}, in {function}"),
            Form("{path}:{line#}: in {function}", endings: endings),
            // What pytest writes below the source: a place, or the place and the error's type.
            Form("{path}:{line#}:{end}", endings: endings),
            Form("{path}:{line#}: {kind@}{end}", endings: endings),
        ]
    )

    private static let endings = [".py", ".pyi", ".pyx"]
}
