extension FrameFamily {
    /// Swift Testing, XCTest, traps and backtraces; diagnostics of the compiler are like those of any other.
    static let swift = FrameFamily(forms: [
        Form("✘ {} at {path}:{line#}:{column#}: ", .baseName),
        Form("{path}:{line#}: error: {function} : ", endings: endings),
        Form("{path}:{line#}: Fatal error", .baseName, endings: endings),
        Form("{}Fatal error: {}: file {path}, line {line#}", .baseName, endings: endings),
        Form("{#} {function} at {path}:{line#}:{column#}{end}", endings: endings),
        Form("{#} {function} at {path}:{line#}{end}", endings: endings),
    ])

    private static let endings = [".swift"]
}
