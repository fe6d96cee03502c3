package import GateGit

/// What a hook found out: every verdict first, and then one answer.
package struct HookAnswer: Sendable {
    /// How the judging of one commit or index ended.
    package enum Ending: Sendable {
        case judged(RunRecord)
        /// The gate could not work; the others were judged all the same.
        case failed(any GateError)
        /// Nothing has to be judged to refuse it.
        case refused(String)
        /// Somebody who is trusted has said already that it holds.
        case attested(String)
    }

    package struct Item: Sendable {
        package let commit: ObjectID?
        package let updates: [RefUpdate]
        package var ending: Ending
        /// What the user can type next, one command or sentence each.
        package var next: [String]

        package init(commit: ObjectID?, updates: [RefUpdate], ending: Ending, next: [String] = []) {
            self.commit = commit
            self.updates = updates
            self.ending = ending
            self.next = next
        }

        /// Whether what it is about may go on.
        package var isGood: Bool {
            switch ending {
            case .judged(let record): record.result?.exitStatus == 0
            case .attested: true
            case .failed, .refused: false
            }
        }
    }

    package let kind: HookKind
    package var items: [Item] = []
    package var passed: [PushPlan.Passed] = []

    package init(_ kind: HookKind) { self.kind = kind }

    /// What the hook ends with: 0, or 1 where anything is red, undecided, refused or could not be judged. To git it is
    /// all one, and a push goes on or does not as a whole.
    package var exitStatus: Int32 { items.allSatisfy(\.isGood) ? 0 : 1 }
}
