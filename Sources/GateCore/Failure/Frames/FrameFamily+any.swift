extension FrameFamily {
    /// The form on which compilers, linters and test tools of every language have agreed.
    static let anyLanguage = FrameFamily(forms: [
        Form("{path}:{line#}:{column#}: "),
        Form("{path}:{line#}: "),
        Form("{path}:{line#}:{column#}{end}"),
        Form("{path}:{line#}{end}"),
        Form("at {path}:{line#}"),
        Form("{}({path}:{line#})"),
    ])
}
