import Testing

@testable import GateCore

@Suite("red jobs, and what a script reaches for")
struct RedJobTests {
    @Test("what reaches a network is told from what does not")
    func network() {
        for line in [
            "pip install x", "python3 -m pip -q install x", "A=b sudo -E apt-get update", "cd x && npm ci",
            "if ! curl -f x; then exit 1; fi", "x=$(wget -qO- y)", "make \\\n  && git fetch", "/usr/bin/docker run x",
            "yarn",
            "go mod download",
        ] { #expect(ShellNetwork.need(of: line) != nil, "\(line)") }
        for line in [
            "pip check", "npm test", "npm run install-check", "git diff --exit-code", "echo curl", "make install",
            "cargo test",
            "# pip install x", "python -m pytest", "go test ./...", "yarn test", "./docker/run.sh",
        ] { #expect(ShellNetwork.need(of: line) == nil, "\(line)") }
    }

    @Test("reports of engines: only what is red, with the steps that failed there")
    func reports() throws {
        func read(_ text: String) -> [RedJob]? { RedJobReport.read(Array(text.utf8), source: "s") }
        let checks = """
            [{"name":"test","workflow":"CI","state":"FAILURE","link":"https://github.com/o/r/actions/runs/77/job/8"},
             {"name":"lint","workflow":"CI","state":"SUCCESS","link":""},
             {"name":"legacy/status","workflow":"","state":"ERROR","link":"https://elsewhere"}]
            """
        #expect(read(checks)?.map(\.name) == ["CI / test", "legacy/status"])
        #expect(RedJobReport.runs(in: Array(checks.utf8)) == ["77"])
        let view = """
            {"headSha":"abc","workflowName":"CI","jobs":[{"name":"test","conclusion":"failure","steps":[
             {"name":"Set up job","conclusion":"success"},{"name":"Run pytest","conclusion":"failure"}]},
             {"name":"ok","conclusion":"success","steps":[]},{"name":"now","conclusion":"","status":"in_progress"}]}
            """
        #expect(read(view) == [RedJob(name: "test", steps: ["Run pytest"], source: "s", commit: "abc", workflow: "CI")])
        let gitlab = """
            {"sha":"def","jobs":[{"name":"unit","status":"failed"},{"name":"loose","status":"failed","allow_failure":true},
             {"name":"fine","status":"success"}]}
            """
        #expect(read(gitlab) == [RedJob(name: "unit", source: "s", commit: "def")])
        for wrong in ["", "{}", "[1]", "{\"jobs\":[{}]}", "[{\"name\":\"x\"}]", "null"] { #expect(read(wrong) == nil) }
        #expect(RedJob(typed: "a::b::c")?.steps == ["b::c"] && RedJob(typed: " ::x") == nil)
    }
}
