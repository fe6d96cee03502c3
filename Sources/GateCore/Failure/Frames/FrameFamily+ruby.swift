extension FrameFamily {
    /// Ruby's own traces, and those of minitest and RSpec.
    static let ruby = FrameFamily(forms: [
        Form("{path}:{line#}:in `{function}'", endings: endings),
        Form("{path}:{line#}:in '{function}'", endings: endings),
        Form("from {path}:{line#}:in `{function}'", endings: endings),
        Form("from {path}:{line#}:in '{function}'", endings: endings),
        Form("rspec {path}:{line#} # ", endings: endings),
        Form("{function} [{path}:{line#}]:", endings: endings),
        Form("--> {path}{end}", endings: endings),
    ])

    private static let endings = [".rb", ".rake", ".gemspec", ".ru", "Rakefile", "Gemfile"]
}
