import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// What is interrupted at every step that writes.
enum Interrupted: String, CaseIterable, Sendable {
    case accept, acceptAndCommit, acceptWithoutExchange, undo, undoCommit, userIsQuicker

    var commits: Bool { self == .acceptAndCommit || self == .undoCommit || self == .userIsQuicker }
    var undoes: Bool { self == .undo || self == .undoCommit }

    func run(_ fixture: AcceptanceFixture, in repository: GitRepository) async throws {
        let acceptance = try await Acceptance(repository: repository, canExchange: self != .acceptWithoutExchange)
        if undoes {
            _ = try await acceptance.undo()
        } else {
            _ = try await acceptance.accept(fixture.request(commit: commits))
        }
    }
}

@Suite("Acceptance, killed")
struct AcceptanceKillTests {
    @Test(
        "dying at any step that writes, and again while that is repaired, leaves all as before or all as accepted",
        arguments: Interrupted.allCases
    )
    func everyPoint(kind: Interrupted) async throws {
        try await withScratchFolder("kill") { scratch in
            let fixture = try await AcceptanceFixture.make(in: scratch)
            if kind.undoes {
                let acceptance = try await Acceptance(repository: try await fixture.repository.open())
                _ = try await acceptance.accept(fixture.request(commit: kind.commits))
            }
            // Someone saves a file that is new in the candidate, in the instant before the exchange.
            @Sendable func meddle(_ path: String) -> @Sendable (String) throws -> Void {
                { name in
                    guard kind == .userIsQuicker, name == "acceptance.swapping" else { return }
                    try Data("mine\n".utf8).write(to: URL(fileURLWithPath: "\(path)/untracked.txt"))
                }
            }
            let before = try await AcceptanceFixture.look(at: fixture.repository)
            let whole = try await fixture.copy(to: "\(scratch)/whole")
            let all = Faults(also: meddle(whole.path))
            let wholeRepository = try await whole.open()
            try await all.run { try await kind.run(fixture, in: wholeRepository) }
            let after = try await AcceptanceFixture.look(at: whole)
            var meddled = before
            meddled.files["untracked.txt"] = before.files["untracked.txt"]?.replacing("not even tracked", with: "mine")
            if kind == .userIsQuicker { #expect(after == meddled) } else { #expect(after != before) }

            for point in points(of: all.names) {
                let copy = try await fixture.copy(to: "\(scratch)/copy")
                let repository = try await copy.open()
                let died = try await Faults(fatal: point, also: meddle(copy.path)).diesIn {
                    try await kind.run(fixture, in: repository)
                }
                #expect(died)
                let name = "\(all.names[point - 1]), point \(point)"
                // The repair dies as well, each time a little later.
                var deaths = 0
                while try await Faults(fatal: 1 + deaths + point % 3).diesIn({
                    _ = try await Acceptance.recover(repository)
                }) {
                    deaths += 1
                    try #require(deaths < 200, "the repair after \(name) never ends")
                }
                let seen = try await AcceptanceFixture.look(at: copy)
                #expect(
                    seen == before || seen == after || (kind == .userIsQuicker && seen == meddled),
                    "after \(name)"
                )
                #expect(try await Acceptance.recover(repository) == nil)
                if point % 7 == 0, seen == before, kind != .userIsQuicker {
                    try await kind.run(fixture, in: repository)
                    #expect(try await AcceptanceFixture.look(at: copy) == after, "again, after \(name)")
                }
                try FileManager.default.removeItem(atPath: copy.path)
            }
        }
    }

    /// Which of the places reached are tried: the first, second and last of each name, or with
    /// `GIT_GATEKEEPER_EXHAUSTIVE=1` every one.
    private func points(of names: [String]) -> [Int] {
        let all = Array(1...names.count)
        if ProcessInfo.processInfo.environment["GIT_GATEKEEPER_EXHAUSTIVE"] == "1" { return all }
        return Dictionary(grouping: all) { names[$0 - 1] }.values.flatMap { same in
            Set(same.prefix(2) + same.suffix(1))
        }.sorted()
    }

    @Test("there is no fault point that these runs do not come to")
    func allNamesAreReached() async throws {
        var reached: Set<String> = []
        for kind in [Interrupted.acceptAndCommit, .acceptWithoutExchange, .userIsQuicker] {
            try await withScratchFolder("kill") { scratch in
                let fixture = try await AcceptanceFixture.make(in: scratch)
                let repository = try await fixture.repository.open()
                let path = fixture.repository.path
                let faults = Faults(also: { name in
                    guard kind == .userIsQuicker, name == "acceptance.swapping" else { return }
                    try Data("mine\n".utf8).write(to: URL(fileURLWithPath: "\(path)/untracked.txt"))
                })
                try await faults.run { try await kind.run(fixture, in: repository) }
                reached.formUnion(faults.names)
            }
        }
        #expect(Set(FaultPoint.names) == reached)
    }

    @Test("what the user changed after the crash stays, and is named; everything else goes back")
    func editAfterCrash() async throws {
        try await withScratchFolder("kill") { scratch in
            let fixture = try await AcceptanceFixture.make(in: scratch)
            let before = try await AcceptanceFixture.look(at: fixture.repository)
            let repository = try await fixture.repository.open()
            let died = try await Faults(also: { name in
                if name == "acceptance.swapped" { throw FaultPoint.Crash(name: name) }
            }).diesIn { try await Interrupted.acceptAndCommit.run(fixture, in: repository) }
            #expect(died)
            // HEAD moves as well, so that the acceptance cannot go forward any more.
            try await fixture.repository.git("commit", "-q", "--allow-empty", "-m", "meanwhile")
            try fixture.repository.write("modified.txt", "mine\n")
            try fixture.repository.write("brand/new/mine", "mine\n")
            let report = try #require(try await Acceptance.recover(repository))
            #expect(!report.finished)
            #expect(report.leftAlone == ["modified.txt"])
            #expect(report.sentence.contains("changed meanwhile and left alone: 'modified.txt'"))
            var expected = before
            expected.files["modified.txt"] = before.files["modified.txt"]?.replacing("one", with: "mine")
            var seen = try await AcceptanceFixture.look(at: fixture.repository)
            #expect(seen.files.removeValue(forKey: "brand/new/mine")?.hasSuffix("mine\n") == true)
            seen.files["brand"] = nil
            seen.files["brand/new"] = nil
            #expect(seen.files == expected.files)
            #expect(seen.index == before.index)
        }
    }
}
