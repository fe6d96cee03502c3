extension FrameFamily {
    /// Traces of the JVM, and diagnostics of javac and kotlinc as they, maven and gradle write them.
    static let jvm = FrameFamily(forms: [
        Form("at {function}({path}:{line#})", .classFile, endings: endings),
        Form("[ERROR] {path}:[{line#},{column#}] ", endings: endings),
        Form("[ERROR] {}/{path}:[{line#},{column#}] ", endings: endings),
        Form("e: {path}:{line#}:{column#} ", endings: endings),
        Form("e: {path}: ({line#}, {column#}): ", endings: endings),
        Form("{path}:{line#}: error: ", endings: endings),
        Form("{path}:{line#}:{column#}: error: ", endings: endings),
        // `[ERROR]   CalculatorTest.adds:12 expected: <5> but was: <6>`
        Form("[ERROR] {function}:{line#} ", .className),
    ])

    private static let endings = [".java", ".kt", ".kts", ".scala", ".groovy"]
}
