/// Reads a record of scenario knowledge, strictly: every problem is named with file and field.
package enum KnowledgeReader {
    /// Largest file, in bytes.
    package static let mostBytes = 256 << 10
    private static let mostItems = 100
    private static let mostCharacters = 2000

    /// What a file is read as.
    package enum Form: Sendable {
        /// A record under `.gatekeeper/scenarios`.
        case record
        /// A draft, which says besides why it was drafted and how sure that is.
        case proposal
    }

    /// - Parameters:
    ///   - name: the file as messages name it.
    ///   - id: what the id has to be; `nil` where the file's name says nothing about it.
    /// - Throws: `GateFailure` with `scenario.invalid-record` and every problem of the file.
    package static func read(
        _ bytes: [UInt8],
        name: String,
        id: String?,
        as form: Form = .record
    ) throws -> ScenarioKnowledge {
        func refuse(_ problems: [String]) -> GateFailure {
            GateFailure(
                "scenario.invalid-record",
                problems.count == 1
                    ? "'\(name)': \(problems[0])"
                    : "'\(name)' has \(problems.count) problems:\n  " + problems.joined(separator: "\n  "),
                hints: ["docs/scenarios.md lists the fields and what each may hold"]
            )
        }
        guard bytes.count <= mostBytes else { throw refuse(["is larger than \(mostBytes) bytes"]) }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw refuse(["is not UTF-8 text"]) }
        let value: JSONValue
        do {
            value = try JSON.decode(JSONValue.self, from: bytes)
        } catch {
            throw refuse(["is not JSON"])
        }
        guard case .object(let fields) = value else { throw refuse(["is \(value.kind), not an object"]) }
        if let twice = JSONKeys.firstDouble(in: bytes) { throw refuse(["gives the field '\(twice)' twice"]) }
        var reading = Reading(fields: fields)
        let found = reading.knowledge(form)
        if let id, !found.id.isEmpty, found.id != id {
            reading.problems.append("field 'id' is '\(found.id)', and the file's name says '\(id)'")
        }
        guard reading.problems.isEmpty else { throw refuse(reading.problems.map { Excerpt.visible($0) }) }
        return found
    }

    private struct Reading {
        /// Fields of which one has to say something.
        private static let matching: [ScenarioKnowledge.CodingKeys] = [
            .affectedTests, .failureSignatures, .failurePatterns, .likelyCodeAreas,
        ]

        let fields: [String: JSONValue]
        var problems: [String] = []

        mutating func knowledge(_ form: Form) -> ScenarioKnowledge {
            var known = Set(ScenarioKnowledge.CodingKeys.allCases.map(\.rawValue))
            if form == .proposal { known.formUnion(["proposal_reason", "confidence", "run"]) }
            for field in fields.keys.sorted() where !known.contains(field) {
                let nearest = known.sorted().min {
                    editDistance(Array($0), Array(field)) < editDistance(Array($1), Array(field))
                }
                let isNear = nearest.map { editDistance(Array($0), Array(field)) <= 4 } ?? false
                problems.append(
                    "field '\(field)' is unknown" + (isNear ? "; did you mean '\(nearest ?? "")'?" : "")
                )
            }
            var found = ScenarioKnowledge(id: text(.id, isRequired: true), title: text(.title, isRequired: true))
            if !found.id.isEmpty, !ScenarioKnowledge.isSafe(id: found.id) {
                problems.append(
                    "field 'id' is '\(found.id)'; use letters, digits, '_' and '-' only, at most 64 of them"
                )
            }
            found.origin = text(.origin, isRequired: false)
            found.failureSignatures = list(.failureSignatures)
            found.failurePatterns = list(.failurePatterns)
            found.affectedTests = list(.affectedTests)
            found.likelyCodeAreas = list(.likelyCodeAreas)
            found.invariants = list(.invariants)
            found.acceptedFixPatterns = list(.acceptedFixPatterns)
            found.rejectedFixPatterns = list(.rejectedFixPatterns)
            found.reviewRequired = flag(.reviewRequired)
            for pattern in found.failurePatterns where PatternKey(rawValue: pattern) == nil {
                let keys = PatternKey.allCases.map(\.rawValue).sorted().joined(separator: ", ")
                problems.append("field 'failure_patterns' has '\(pattern)', which is no pattern; there are: \(keys)")
            }
            for area in found.likelyCodeAreas { checkGlob(area, in: .likelyCodeAreas) }
            for pattern in found.rejectedFixPatterns {
                if case .touches(let glob) = FixPattern(pattern) { checkGlob(glob, in: .rejectedFixPatterns) }
            }
            if found.affectedTests.isEmpty, found.failureSignatures.isEmpty, found.failurePatterns.isEmpty,
                found.likelyCodeAreas.isEmpty,
                problems.isEmpty || Self.matching.allSatisfy({ fields[$0.rawValue] == nil })
            {
                problems.append(
                    "matches nothing: one of 'affected_tests', 'failure_signatures', 'failure_patterns' and "
                        + "'likely_code_areas' must say something"
                )
            }
            return found
        }

        private mutating func text(_ key: ScenarioKnowledge.CodingKeys, isRequired: Bool) -> String {
            switch fields[key.rawValue] {
            case nil, .null:
                if isRequired { problems.append("field '\(key.rawValue)' is missing") }
                return ""
            case .text(let text):
                if isRequired, text.allSatisfy(\.isWhitespace) { problems.append("field '\(key.rawValue)' is empty") }
                check(text, "field '\(key.rawValue)'")
                return text
            case .some(let other):
                problems.append("field '\(key.rawValue)' is \(other.kind), not text")
                return ""
            }
        }

        private mutating func list(_ key: ScenarioKnowledge.CodingKeys) -> [String] {
            switch fields[key.rawValue] {
            case nil, .null: return []
            case .list(let items):
                if items.count > mostItems {
                    problems.append("field '\(key.rawValue)' has \(items.count) items; \(mostItems) is the most")
                    return []
                }
                return items.enumerated().compactMap { index, item in
                    let name = "item \(index + 1) of field '\(key.rawValue)'"
                    guard case .text(let text) = item else {
                        problems.append("\(name) is \(item.kind), not text")
                        return nil
                    }
                    if text.allSatisfy(\.isWhitespace) { problems.append("\(name) is empty") }
                    check(text, name)
                    return text
                }
            case .some(let other):
                problems.append("field '\(key.rawValue)' is \(other.kind), not a list")
                return []
            }
        }

        private mutating func flag(_ key: ScenarioKnowledge.CodingKeys) -> Bool {
            switch fields[key.rawValue] {
            case nil, .null: return false
            case .truth(let flag): return flag
            case .some(let other):
                problems.append("field '\(key.rawValue)' is \(other.kind), not true or false")
                return false
            }
        }

        private mutating func check(_ text: String, _ name: String) {
            if text.count > mostCharacters { problems.append("\(name) is longer than \(mostCharacters) characters") }
            if text.unicodeScalars.contains(where: { $0.value < 0x20 && $0 != "\n" && $0 != "\t" }) {
                problems.append("\(name) holds control characters")
            }
        }

        private mutating func checkGlob(_ text: String, in key: ScenarioKnowledge.CodingKeys) {
            do throws(GlobError) {
                _ = try Glob(text)
            } catch {
                problems.append("field '\(key.rawValue)' has '\(text)', which is not a glob: \(error.message)")
            }
        }
    }
}
