import GateCore
import GateGit
import GateTestSupport
import Testing

/// Which commits of a push are judged, and against what.
@Suite("plan of a push")
struct PushPlannerTests {
    /// A repository with a linear history `one`–`four` on main; the remote was seen at `two`.
    private struct World {
        let repository: TestRepository
        let commits: [String]

        func plan(_ lines: [String], remote: String = "origin", address: String = "/srv/r.git") async throws -> PushPlan
        {
            try await PushPlanner(
                repository: try await repository.open(),
                remote: PushRemote(name: remote, address: address)
            ).plan(try PushLines.parse(Array(lines.map { $0 + "\n" }.joined().utf8), .sending))
        }

        func update(_ commit: String, _ reference: String = "refs/heads/main", old: String? = nil) -> String {
            "HEAD \(commit) \(reference) \(old ?? ObjectID.zero.hex)"
        }
    }

    private static func with(_ body: (World) async throws -> Void) async throws {
        try await withTestRepository("push-plan") { repository in
            var commits: [String] = []
            for name in ["one", "two", "three", "four"] {
                try repository.write("file", name)
                commits.append(try await repository.commitAll(name))
            }
            try await repository.git("config", "remote.origin.url", "/srv/r.git")
            try await repository.git("update-ref", "refs/remotes/origin/main", commits[1])
            try await body(World(repository: repository, commits: commits))
        }
    }

    @Test("an existing branch is held to what the remote has")
    func ordinary() async throws {
        try await Self.with { world in
            let plan = try await world.plan([world.update(world.commits[3], old: world.commits[1])])
            #expect(plan.targets.map(\.commit.hex) == [world.commits[3]])
            #expect(plan.targets.first?.base.commit?.hex == world.commits[1])
            #expect(plan.passed.isEmpty)
        }
    }

    @Test("a new branch is held to where it left the remote's branches")
    func newBranch() async throws {
        try await Self.with { world in
            let plan = try await world.plan([world.update(world.commits[3], "refs/heads/topic")])
            #expect(plan.targets.first?.base.commit?.hex == world.commits[1])
        }
    }

    @Test("of many branches of the remote the nearest is the base")
    func nearest() async throws {
        try await Self.with { world in
            try await world.repository.git("update-ref", "refs/remotes/origin/old", world.commits[0])
            try await world.repository.git("update-ref", "refs/remotes/origin/topic", world.commits[2])
            // More than fit into one call.
            let many = (0..<620).map { "create refs/remotes/origin/n\($0) \(world.commits[$0 % 3])\n" }.joined()
            try await world.repository.git("update-ref", "--stdin", input: many)
            let plan = try await world.plan([world.update(world.commits[3], "refs/heads/topic")])
            #expect(plan.targets.first?.base.commit?.hex == world.commits[2])
        }
    }

    @Test("a rewritten branch is held to what both have in common")
    func forced() async throws {
        try await Self.with { world in
            try await world.repository.git("checkout", "-q", "-b", "other", world.commits[0])
            try world.repository.write("file", "elsewhere")
            let other = try await world.repository.commitAll("elsewhere")
            let plan = try await world.plan([world.update(other, old: world.commits[3])])
            #expect(plan.targets.first?.base.commit?.hex == world.commits[0])
        }
    }

    @Test("where the remote's commit was never fetched, its known branches serve")
    func unknownRemoteCommit() async throws {
        try await Self.with { world in
            let unknown = String(repeating: "d", count: 40)
            let plan = try await world.plan([world.update(world.commits[3], old: unknown)])
            #expect(plan.targets.first?.base.commit?.hex == world.commits[1])
        }
    }

    @Test("without anything in common there is no base")
    func unrelated() async throws {
        try await Self.with { world in
            try await world.repository.git("checkout", "-q", "--orphan", "island")
            let island = try await world.repository.commitAll("island")
            for old in [nil, world.commits[1]] {
                let plan = try await world.plan([world.update(island, "refs/heads/island", old: old)])
                #expect(plan.targets.count == 1 && plan.targets.first?.base.commit == nil)
            }
        }
    }

    @Test("a remote that is given by its address is known by it; an unknown one is held to all remotes")
    func addresses() async throws {
        try await Self.with { world in
            try await world.repository.git("update-ref", "refs/remotes/elsewhere/main", world.commits[2])
            func base(_ address: String) async throws -> String? {
                try await world.plan(
                    [world.update(world.commits[3], "refs/heads/topic")],
                    remote: address,
                    address: address
                ).targets.first?.base.commit?.hex
            }
            #expect(try await base("/srv/r.git") == world.commits[1])
            #expect(try await base("/srv/other.git") == world.commits[2])
        }
    }

    @Test("one commit under several names is judged once")
    func once() async throws {
        try await Self.with { world in
            let plan = try await world.plan([
                world.update(world.commits[3], old: world.commits[1]),
                world.update(world.commits[3], "refs/heads/copy"),
                world.update(world.commits[3], "refs/tags/v1"),
                world.update(world.commits[2], "refs/heads/stage"),
            ])
            #expect(plan.targets.map(\.commit.hex) == [world.commits[3], world.commits[2]])
            #expect(plan.targets.first?.updates.map(\.name) == ["main", "copy", "refs/tags/v1"])
        }
    }

    @Test("the commit within a tag is judged; a tag around anything else is not")
    func tags() async throws {
        try await Self.with { world in
            let repository = world.repository
            try await repository.git("tag", "-a", "-m", "t", "annotated", world.commits[3])
            try await repository.git("tag", "-a", "-m", "t", "twice", "annotated")
            try await repository.git("tag", "-a", "-m", "t", "tree", "HEAD^{tree}")
            try await repository.git("tag", "blob", "HEAD:file")
            for name in ["annotated", "twice"] {
                let id = try await repository.git("rev-parse", "refs/tags/\(name)")
                let plan = try await world.plan([world.update(id, "refs/tags/\(name)")])
                #expect(plan.targets.map(\.commit.hex) == [world.commits[3]], "\(name)")
            }
            for name in ["tree", "blob"] {
                let id = try await repository.git("rev-parse", "refs/tags/\(name)")
                let plan = try await world.plan([world.update(id, "refs/tags/\(name)")])
                #expect(plan.targets.isEmpty, "\(name)")
                #expect(plan.passed.first?.why == "it names a \(name), and a \(name) has no tests")
            }
        }
    }

    @Test("deletions, notes and the gate's own references are not judged, and neither is what the remote has")
    func notJudged() async throws {
        try await Self.with { world in
            let plan = try await world.plan([
                "(delete) \(ObjectID.zero.hex) refs/heads/gone \(world.commits[0])",
                world.update(world.commits[3], "refs/notes/commits"),
                world.update(world.commits[3], "refs/gatekeeper/fixes/x"),
                world.update(world.commits[0], "refs/heads/again"),
                world.update(world.commits[1], "refs/tags/released"),
            ])
            #expect(plan.targets.isEmpty)
            #expect(plan.passed.count == 5)
        }
    }

    @Test("a branch that exists is judged even where the remote has the commit under another name")
    func publishedElsewhere() async throws {
        try await Self.with { world in
            try await world.repository.git("update-ref", "refs/remotes/origin/red", world.commits[3])
            let plan = try await world.plan([world.update(world.commits[3], old: world.commits[1])])
            #expect(plan.targets.map(\.commit.hex) == [world.commits[3]])
            #expect(plan.targets.first?.base.commit?.hex == world.commits[1])
        }
    }

    @Test("tags in the history of a pushed branch are its past")
    func oldTags() async throws {
        try await Self.with { world in
            let plan = try await world.plan([
                world.update(world.commits[3], old: world.commits[1]),
                world.update(world.commits[2], "refs/tags/v0"),
            ])
            #expect(plan.targets.map(\.commit.hex) == [world.commits[3]])
            #expect(plan.passed.map(\.why) == ["it lies in the history of what is judged"])
        }
    }

    @Test("an object that is not here is an error, not a pass")
    func missing() async throws {
        try await Self.with { world in
            let error = await #expect(throws: GateFailure.self) {
                _ = try await world.plan([world.update(String(repeating: "e", count: 40))])
            }
            #expect(error?.code == "hook.missing-object")
        }
    }
}
