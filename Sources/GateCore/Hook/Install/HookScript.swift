/// The hooks as they are shipped, and every text that was ever shipped: a hook is ours by its content and by nothing else.
package enum HookScript {
    /// What a file in a place of hooks is.
    package enum Kinship: Sendable, Hashable {
        /// Ours, as it is shipped now.
        case current
        /// Ours, of an earlier version.
        case past
        /// Somebody else's, or ours and edited.
        case foreign
    }

    /// Name of the hook that was there before ours, in the same folder.
    package static func former(_ kind: HookKind) -> String { "\(kind.rawValue).gatekeeper-former" }

    /// Whether content is one of our hooks, byte for byte.
    ///
    /// - Parameter past: digests of earlier texts.
    package static func kinship(
        of content: [UInt8],
        as kind: HookKind,
        past: [HookKind: Set<String>] = Self.past
    ) -> Kinship {
        if content == Array(text(of: kind).utf8) { return .current }
        return past[kind, default: []].contains(SHA256.hex(content)) ? .past : .foreign
    }

    /// SHA-256 of every text of an earlier release; a text that changes leaves its digest here.
    package static let past: [HookKind: Set<String>] = [:]

    /// The text of a hook; the files in `hooks/` are the same.
    package static func text(of kind: HookKind) -> String {
        switch kind {
        case .prePush: prePush
        case .preCommit: preCommit
        case .postCommit: postCommit
        case .preReceive: preReceive
        }
    }

    private static let prePush = #"""
        #!/bin/sh
        # Hook 1 of git gatekeeper: judges what is pushed, then runs the hook that was here before.
        command -v git-gatekeeper >/dev/null || {
            echo "pre-push: git-gatekeeper is not on the PATH, so nothing is judged and nothing is pushed" >&2
            echo "hint: install it, or push with --no-verify" >&2
            exit 1
        }
        former=${0%/*}/pre-push.gatekeeper-former
        [ -x "$former" ] || exec git-gatekeeper hook pre-push --from-git -- "$@"
        lines=$(cat && echo .) || exit 1
        printf %s "${lines%.}" | git-gatekeeper hook pre-push --from-git -- "$@" && printf %s "${lines%.}" | "$former" "$@"

        """#

    private static let preCommit = #"""
        #!/bin/sh
        # Hook 1 of git gatekeeper: runs the hook that was here before, then judges what is to be committed.
        command -v git-gatekeeper >/dev/null || {
            echo "pre-commit: git-gatekeeper is not on the PATH, so nothing is judged and nothing is committed" >&2
            echo "hint: install it, or commit with --no-verify" >&2
            exit 1
        }
        former=${0%/*}/pre-commit.gatekeeper-former
        [ ! -x "$former" ] || "$former" "$@" || exit
        exec git-gatekeeper hook pre-commit -- "$@"

        """#

    private static let postCommit = #"""
        #!/bin/sh
        # Hook 1 of git gatekeeper: runs the hook that was here before, then has the new commit judged meanwhile.
        former=${0%/*}/post-commit.gatekeeper-former
        [ ! -x "$former" ] || "$former" "$@"
        command -v git-gatekeeper >/dev/null || {
            echo "post-commit: git-gatekeeper is not on the PATH, so the commit is not judged" >&2
            exit 0
        }
        exec git-gatekeeper hook post-commit -- "$@"

        """#

    private static let preReceive = #"""
        #!/bin/sh
        # Hook 1 of git gatekeeper: runs the hook that was here before, then judges what is pushed to protected branches.
        command -v git-gatekeeper >/dev/null || {
            echo "pre-receive: git-gatekeeper is not on the server's PATH, so nothing is judged and nothing is taken" >&2
            exit 1
        }
        former=${0%/*}/pre-receive.gatekeeper-former
        [ -x "$former" ] || exec git-gatekeeper hook pre-receive -- "$@"
        lines=$(cat && echo .) || exit 1
        printf %s "${lines%.}" | "$former" "$@" && printf %s "${lines%.}" | git-gatekeeper hook pre-receive -- "$@"

        """#
}
