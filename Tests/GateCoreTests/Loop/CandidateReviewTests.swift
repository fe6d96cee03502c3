import Testing

@testable import GateCore

@Suite("loop: what a reviewer says")
struct CandidateReviewTests {
    @Test("a clear opinion is taken, with prose and a fence around it")
    func clear() {
        #expect(
            CandidateReview.read(#"Sure! {"verdict":"approve","reason":"it repairs the cause","findings":[]}"#)
                == .approves("it repairs the cause")
        )
        #expect(
            CandidateReview.read(
                "```json\n{\"verdict\":\"findings\",\"reason\":\"no\",\"findings\":[{\"path\":\"a\\u001b[2J\",\"problem\":\"p\"}]}\n```"
            ) == .findings("no", [.init(path: "a^[[2J", problem: "p")])
        )
    }

    @Test(
        "whatever is no clear opinion is none",
        arguments: [
            "", "LGTM", "looks good, approve", "{}", "[]", #"{"verdict":"approve","reason":"","findings":[]}"#,
            #"{"verdict":"approve"}"#, #"{"verdict":"APPROVE","reason":"x","findings":[]}"#,
            #"{"verdict":"findings","reason":"bad","findings":[]}"#,
            #"{"verdict":"approve","reason":"fine","findings":[{"path":"a","problem":"b"}]}"#,
            #"{"verdict":"cannot_say","reason":"too long","findings":[]}"#,
            #"{"verdict":"findings","verdict":"approve","reason":"x","findings":[]}"#,
            #"{"verdict":"approve","reason":"x","findings":[]} {"verdict":"findings"}"#,
            #"{"verdict":"findings","reason":"x","findings":["y"]}"#,
            #"{"verdict":"approve|findings|cannot_say","reason":"x","findings":[]}"#,
        ]
    )
    func unclear(text: String) {
        guard case .none = CandidateReview.read(text) else {
            Issue.record("'\(text)' was taken for an opinion")
            return
        }
    }
}
