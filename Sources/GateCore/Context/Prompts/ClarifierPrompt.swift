/// What a backend is asked for where it thinks up the options of a question.
package struct ClarifierPrompt: Sendable {
    package let template: PromptTemplate

    static let fileName = "clarifier.prompt"
    static let required: Set = ["question", "options", "response_contract"]
    static let optional: Set = ["band", "reason", "context"]

    static let builtIn = """
        A test fails, and a person is asked one question before anybody repairs anything. Word the three options of that
        question so that the person can choose in seconds. You decide nothing, and you propose no code.

        Why the person is asked: {{reason}} (the best known scenario fits: {{band}})

        The question: {{question}}

        The options as they stand; keep their order and what each of them means:
        {{options}}

        The first is the cautious one that is recommended, the second the bolder one, the third leaves it to somebody
        else. Name the files, functions and values of this failure where that helps. One sentence each.

        {{response_contract}}

        {{context}}
        """

    static let responseContract = """
        Answer with one JSON document and nothing else: {"options":["first","second","third"]}
        """

    package init(template: PromptTemplate) { self.template = template }

    /// - Parameters:
    ///   - options: the options as they stand, in order.
    ///   - context: what is known of the failure, fenced and redacted.
    package func text(
        question: String,
        options: [String],
        band: String,
        reason: String,
        context: String
    ) -> String {
        template.filled([
            "question": question, "band": band, "reason": reason, "context": context,
            "options": options.enumerated().map { "\($0 + 1). \($1)" }.joined(separator: "\n"),
            "response_contract": Self.responseContract,
        ])
    }
}
