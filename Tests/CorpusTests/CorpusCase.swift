import Foundation
import GateGit
import Testing

/// One case of the corpus: a folder `Tests/Corpus/cases/<id>/` with `case.json` and the candidate beside it.
///
/// The candidate is whichever of these files is there: `candidate.patch`, `candidate.json` (a reply), `candidate.sh`
/// (prints a patch or a reply), `tree.sh` (works in a clone, which is then committed as the candidate), `backend.sh`
/// (is the backend), `attestation.sh` (attests a head and tampers with that; `verify` is asked then). `setup.sh` changes the project before its first commit. docs/corpus.md says more.
struct CorpusCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Expectation: Decodable, Sendable {
        /// `accepted`, `rejected`, `undecided`, or `refused` where the gate says that it cannot work here.
        var verdict: String
        /// Codes that must be among the reasons; of a refused candidate also the codes of admission.
        var reasons: [String]?
    }

    var title: String
    var `class`: String
    var project: String
    var expect: Expectation
    /// Where on the road the case is stopped.
    var stage: String
    /// What a gate does that looks at the exit status alone.
    var naive: String?
    /// The smallest set of defences without which the case is accepted wrongly.
    var without: [String]?
    /// Why no switch of the gate's own lets the case through.
    var unswitchable: String?
    /// What hostile code does where nothing keeps it from doing so: kinds of `CorpusWorld.Harm`.
    var harms: [String]?
    /// Defence that is not there yet, without which the case is accepted.
    var awaits: String?
    /// Why the case cannot be run on this gate.
    var notApplicable: String?
    /// Test command in place of the project's own.
    var command: String?
    /// Lines behind the project's policy.
    var policy: [String]?
    /// `judge` (taken for granted) or `backend`: whether the candidate is given or comes as a backend's reply.
    var through: String?
    /// Arguments behind those of the command.
    var arguments: [String]?
    /// Variables in the gate's environment.
    var environment: [String: String]?
    /// Levels of isolation at which the case makes sense; all where it says nothing.
    var levels: [String]?
    /// Programs that the case needs.
    var needs: [String]?
    /// Whether the gate is given the held-out tests of the project.
    var heldout: Bool?
    /// Where the case's gate is run, relative to the repository.
    var workingFolder: String?

    /// `PY01`; variants have a letter behind it.
    var id = ""

    private enum CodingKeys: String, CodingKey {
        case title, `class`, project, expect, stage, naive, without, unswitchable, harms, awaits, notApplicable, command
        case policy, through, arguments, environment, levels, needs, heldout, workingFolder
    }

    var testDescription: String { "\(id) \(title)" }
    var folder: String { "\(Self.root)/cases/\(id)" }
    var isControl: Bool { `class` == "control" }
    /// Whether the case is about what code under test can reach, so that every level of isolation has a say.
    var dependsOnIsolation: Bool { ["environment", "evidence", "denial"].contains(`class`) }

    static let root =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path + "/Corpus"

    /// Every case, in the order of their ids.
    static let all: [CorpusCase] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/cases")) ?? []
        return names.sorted().compactMap { name in
            guard let data = FileManager.default.contents(atPath: "\(root)/cases/\(name)/case.json"),
                var one = try? JSONDecoder().decode(CorpusCase.self, from: data)
            else { return nil }
            one.id = name
            return one
        }
    }()

    /// The cases that are run: all, or those whose ids begin as `GIT_GATEKEEPER_CORPUS_CASES` says (`PY,HP04`).
    static let chosen: [CorpusCase] = {
        let text = ProcessInfo.processInfo.environment["GIT_GATEKEEPER_CORPUS_CASES"] ?? ""
        let beginnings = text.split(separator: ",").map(String.init)
        return beginnings.isEmpty ? all : all.filter { one in beginnings.contains { one.id.hasPrefix($0) } }
    }()

    /// Folders that hold no case that can be read.
    static let unreadable: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/cases")) ?? []
        return names.filter { name in !name.hasPrefix(".") && !all.contains { $0.id == name } }.sorted()
    }()

    /// A file of the case, with the places of its world filled in; `nil` where there is none.
    func file(_ name: String, in world: CorpusWorld) -> String? {
        FileManager.default.contents(atPath: "\(folder)/\(name)").map {
            world.filled(String(decoding: $0, as: UTF8.self))
        }
    }
}
