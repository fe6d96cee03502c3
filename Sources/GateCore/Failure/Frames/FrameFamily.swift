/// How the tools of one family of languages name places: a table of line forms.
struct FrameFamily: Sendable {
    /// Which end of a trace is where the error arose.
    enum Order: Sendable { case innermostFirst, innermostLast }

    /// How a form's hole `path` names a file.
    enum Naming: Sendable {
        case path
        /// Also by a name without its folder, where only one file of the repository has it.
        case baseName
        /// By a name without its folder, and the package in front of the function.
        case classFile
        /// By the name of a class alone, which is in the hole `function`.
        case className
    }

    /// One form of a line. Its holes are `path`, `line` and `function`, the last two where the tool says them.
    struct Form: Sendable {
        var template: LineTemplate
        var naming: Naming
        /// Endings of the files it may name; empty for any.
        var endings: [[UInt8]]
        /// The line before may say the function.
        var followsFunction: Bool
        /// Counts only below a line that says that it is an error, where a line says so at all.
        var followsSeverity: Bool

        init(
            _ template: LineTemplate,
            _ naming: Naming = .path,
            endings: [String] = [],
            followsFunction: Bool = false,
            followsSeverity: Bool = false
        ) {
            self.template = template
            self.naming = naming
            self.endings = endings.map { Array($0.utf8) }
            self.followsFunction = followsFunction
            self.followsSeverity = followsSeverity
        }
    }

    var order = Order.innermostFirst
    var forms: [Form]
    /// What a line in front of a place says where it says the function; its hole is `function`.
    var functionLines: [LineTemplate] = []

    /// Every family, in the order in which their forms are tried: what says more comes first.
    static let all: [FrameFamily] = [
        .python, .javaScript, .swift, .rust, .go, .jvm, .ruby, .cFamily, .shell, .anyLanguage,
    ]
}
