extension FrameFamily {
    /// Debuggers, sanitizers, `assert`, and the test libraries of C and C++.
    static let cFamily = FrameFamily(forms: [
        Form("#{#} 0x{@} in {function} {path}:{line#}:{column#}"),
        Form("#{#} 0x{@} in {function} {path}:{line#}{end}"),
        Form("#{#} 0x{@} in {function} ({}) at {path}:{line#}{end}", .baseName),
        Form("#{#} {function} ({}) at {path}:{line#}{end}", .baseName),
        Form("{}: {path}:{line#}: {function}: Assertion `", .baseName),
        Form("{path}:{line#}: {function}: Assertion `", .baseName),
        Form("Assertion failed: {}, function {function}, file {path}, line {line#}", .baseName),
        Form("CMake Error at {path}:{line#}"),
        Form("{path}({line#}): ", endings: endings),
    ])

    private static let endings = [".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".hh", ".m", ".mm"]
}
