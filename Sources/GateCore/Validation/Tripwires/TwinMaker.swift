/// Writes a test file in which the targets can no longer pass honestly, with canaries beside them.
///
/// The file keeps its path, and its tests keep their names: code under test cannot tell by a name that it is being
/// looked at. What changes is what the assertions expect.
struct TwinMaker {
    /// Which change is made to the targets.
    enum Variant: Sendable, Hashable {
        /// A wrong expectation; two shifts make two different ones.
        case contradiction(shift: Int)
        /// Where the expectation stood, an assertion error is raised: it shows that the assertion is come to.
        case reach
        /// The test fails at its first statement: what passes all the same was never decided by the test.
        case forced
    }

    /// What was done to one target's test.
    enum Change: String, Sendable, Hashable {
        /// An expected literal was replaced by another one.
        case literal
        /// An expected value is computed by the test, and is wrapped into something else.
        case computed
        /// No equality was found: the test fails at its first statement. That finds forged reports, and nothing else.
        case forced
    }

    /// A target as its file has it.
    struct Target: Hashable {
        let test: TestID
        /// From the outside in: class and method, or suite and test.
        let names: [String]
    }

    struct Result {
        let content: [UInt8]
        /// What was done, by target; a target that is missing could not be found in the file.
        let changes: [TestID: Change]
        let canaries: [String: Canaries.Ending]
    }

    let framework: TestFramework
    let content: [UInt8]
    let seed: UInt64
    private let source: SourceTokens

    init(framework: TestFramework, content: [UInt8], seed: UInt64) {
        self.framework = framework
        self.content = content
        self.seed = seed
        source = SourceTokens(content, framework.language)
    }

    /// The file with a variant of some targets.
    func make(_ variant: Variant, of targets: [Target]) -> Result {
        let bodies = TestBodies(source: source)
        let expectations = Expectations(source)
        var changes: [TestID: Change] = [:]
        var edits: Set<SourceEdit> = []
        // One function may stand for many tests: a test with parameters.
        for target in targets {
            guard let body = bodies.body(of: target.names) else { continue }
            let operands = expectations.operands(in: body.tokens)
            let literal = operands.filter(\.isLiteral)
            // Where literals are compared, those are the twin: code that reads its own test reads literals.
            let chosen = literal.isEmpty ? operands : literal
            let made = chosen.compactMap { edit($0, variant) }
            if made.isEmpty {
                edits.insert(SourceEdit(body.start..<body.start, forced(body)))
                changes[target.test] = .forced
            } else {
                edits.formUnion(made)
                changes[target.test] = literal.isEmpty ? .computed : .literal
            }
        }
        let canaries = Canaries(for: framework, source: source, prefix: prefix(of: targets), seed: seed)
        return Result(
            content: SourceEdit.apply(outermost(edits), to: content) + Array(canaries.text.utf8),
            changes: changes,
            canaries: canaries.endings
        )
    }

    private func edit(_ operand: Expectations.Operand, _ variant: Variant) -> SourceEdit? {
        let first = source.tokens[operand.range.lowerBound].range.lowerBound
        let last = source.tokens[operand.range.upperBound - 1].range.upperBound
        switch variant {
        case .forced: return nil
        case .contradiction(let shift) where operand.isLiteral:
            return Literals(source: source).contradicting(operand.range, shift: shift)
        case .contradiction(let shift):
            let text = source.text(first..<last)
            return SourceEdit(
                first..<last,
                framework.language == .python ? "(\(text), \(shift))" : "{ wrong: \(shift), value: (\(text)) }"
            )
        case .reach:
            return SourceEdit(first..<last, raising)
        }
    }

    /// Edits that do not lie inside one another: of an assertion inside another one's operand the outer counts.
    private func outermost(_ edits: Set<SourceEdit>) -> [SourceEdit] {
        edits.filter { edit in
            !edits.contains {
                $0 != edit && $0.range.lowerBound <= edit.range.lowerBound
                    && edit.range.upperBound <= $0.range.upperBound && $0.range.count > edit.range.count
            }
        }
    }

    private var raising: String {
        switch framework.language {
        case .python: "(_ for _ in ()).throw(AssertionError())"
        case .javaScript: "(() => { throw Object.assign(new Error('reached'), { code: 'ERR_ASSERTION' }); })()"
        }
    }

    /// What stands in front of a body, so that it fails before it does anything.
    private func forced(_ body: TestBodies.Body) -> String {
        switch framework.language {
        case .python: "raise AssertionError()\n\(body.indentation)"
        case .javaScript where body.isExpression: "(() => { throw new Error('not as expected'); })() || "
        case .javaScript: " throw new Error('not as expected');"
        }
    }

    /// What names of tests begin with in this file: a runner may be told to look for `check_`.
    private func prefix(of targets: [Target]) -> String {
        guard let name = targets.first?.names.last else { return "test_" }
        if let underscore = name.firstIndex(of: "_"), underscore != name.startIndex {
            return String(name[...underscore])
        }
        return name.hasPrefix("test") ? "test_" : "\(name)_"
    }
}
