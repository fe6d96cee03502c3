/// What a shell would run, read without running anything: simple commands with their words.
///
/// Quotes, escapes, assignments to variables and substitutions are followed as far as text alone allows. What only a
/// running shell could know is a gap in the word.
package struct ShellScript: Sendable, Hashable {
    /// One word as the program would get it.
    package struct Word: Sendable, Hashable {
        /// Stands for what is not known.
        static let gap: Character = "\u{FFFC}"

        package var text: String
        var isKnown: Bool { !text.contains(Self.gap) }
    }

    package struct Redirection: Sendable, Hashable {
        package var operation: String
        package var target: Word
    }

    package struct Command: Sendable, Hashable {
        package var assignments: [(name: String, value: Word)] = []
        package var words: [Word] = []
        package var redirections: [Redirection] = []
        /// Documents that stand in the script and are its input.
        package var documents: [String] = []
        /// Whether its input is the output of the command before it.
        package var isPiped = false

        package static func == (left: Command, right: Command) -> Bool {
            left.words == right.words && left.redirections == right.redirections && left.isPiped == right.isPiped
                && left.documents == right.documents
                && left.assignments.map(\.name) == right.assignments.map(\.name)
                && left.assignments.map(\.value) == right.assignments.map(\.value)
        }

        package func hash(into hasher: inout Hasher) {
            hasher.combine(words)
            hasher.combine(redirections)
        }

        var isEmpty: Bool { words.isEmpty && assignments.isEmpty && redirections.isEmpty }
    }

    /// In the order they stand, those inside substitutions before the command around them.
    package internal(set) var commands: [Command] = []
    /// What of the text could not be read; `nil` where all of it could.
    package internal(set) var problem: String?

    /// - Parameter variables: what variables hold beforehand, as far as that is known.
    package init(_ text: String, variables: [String: String] = [:], depth: Int = 0) {
        var reader = ShellReader(text, variables: variables, depth: depth)
        reader.read()
        commands = reader.commands
        problem = reader.problem
    }
}
