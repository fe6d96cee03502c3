import GateCore
import Testing

@Suite("prompts: templates")
struct PromptTemplateTests {
    @Test("slots are filled once, and what is put in is never read as a template")
    func filled() throws {
        let template = try PromptTemplate(
            "a {{one}} b {{ two }}{{one}} {c}",
            origin: "f",
            required: ["one"],
            optional: ["two", "three"]
        )
        #expect(template.filled(["one": "{{two}}", "two": "2"]) == "a {{two}} b 2{{two}} {c}")
        #expect(template.filled([:]) == "a  b  {c}")
    }

    @Test(
        "a slot that is unknown, missing or left open is named",
        arguments: [
            ("{{one}} {{four}}", "nobody knows the slot '{{four}}'"), ("{{two}}", "the slot '{{one}}' is missing"),
            ("{{one}} {{tw", "the slot '{{tw' is left open"), ("", "the slot '{{one}}' is missing"),
        ]
    )
    func broken(text: String, says: String) {
        let failure = #expect(throws: GateFailure.self) {
            try PromptTemplate(text, origin: "'p' (base)", required: ["one"], optional: ["two"])
        }
        #expect(failure?.message.hasPrefix("'p' (base): ") == true)
        #expect(failure?.message.contains(says) == true)
    }
}
