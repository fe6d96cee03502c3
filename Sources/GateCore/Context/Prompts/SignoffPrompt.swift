/// What a reviewer is told who is to sign a tree off.
package struct SignoffPrompt: Sendable {
    package let template: PromptTemplate

    static let fileName = "signoff.prompt"
    static let required: Set = ["contract", "material"]
    static let optional: Set = ["depth"]

    static let builtIn = """
        You review a change that others wrote, and you alone say what you think of it: another reviewer looks at the same
        tree, and you do not hear of each other. Its tests are green; that is proven and required, and no reason to be
        satisfied. Ask whether the work is whole: whether everything it claims is wired from end to end, what no test
        covers, what it breaks elsewhere, what it leaves half done, whether the specification is met. You can run nothing
        and change nothing. What your surroundings keep you from doing is no evidence about the change.

        {{depth}}

        {{contract}}

        {{material}}
        """

    package init(template: PromptTemplate) { self.template = template }

    /// - Parameters:
    ///   - contract: the form of the answer, with tree and run.
    ///   - material: what there is to see, fenced and redacted.
    package func text(depth: ReviewDepth, contract: String, material: String) -> String {
        let words =
            switch depth {
            case .light: "Look at the change itself and at the evidence."
            case .standard: "Look at the change, at the files it changes as they are now, and at the evidence."
            case .deep:
                "Look at everything: each changed line, each file before and after, each clause of the specification, "
                    + "what the tests printed. In doubt, it is a finding."
            }
        return template.filled(["depth": words, "contract": contract, "material": material])
    }
}
