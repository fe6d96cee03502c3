extension FrameFamily {
    /// Shells, bats, shellcheck and make.
    static let shell = FrameFamily(forms: [
        Form("{path}: line {line#}: "),
        Form("{path}: {line#}: "),
        Form("(in test file {path}, line {line#})"),
        Form("(from function `{function}' in file {path}, line {line#},"),
        Form("(from function `{function}' in test file {path}, line {line#},"),
        Form("in test file {path}, line {line#})"),
        Form("In {path} line {line#}:"),
        Form("make: *** [{path}:{line#}: "),
        Form("make[{#}]: *** [{path}:{line#}: "),
        Form("{path}:{line#}: *** "),
    ])
}
