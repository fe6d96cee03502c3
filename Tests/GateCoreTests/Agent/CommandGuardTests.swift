import GateCore
import Testing

/// Spellings of what leads around the gate, and of what only looks like it.
@Suite("guard over an agent's commands")
struct CommandGuardTests {
    private static let guardian = CommandGuard(
        aliases: ["p": "push --no-verify", "q": "push", "s": "!git commit -n", "ci": "commit"],
        contract: { $0.hasPrefix("/repo/tests/") ? "it matches 'tests/'" : nil }
    )

    private static func judge(_ command: String, in folder: String = "/repo") -> GuardAnswer {
        guardian.judge(command, in: folder)
    }

    private static func isDenied(_ answer: GuardAnswer) -> Bool {
        if case .deny = answer { return true }
        return false
    }

    @Test(
        "the hooks are not passed over",
        arguments: [
            "git push --no-verify", "git push origin main --no-verify", "git push --no-veri", "git push --no-v",
            "git -C /repo push --no-verify", "git --git-dir=/repo/.git push --no-verify",
            "/usr/bin/git push --no-verify",
            "git commit -n -m x", "git commit -nm x", "git commit -anm x", "git commit -qn", "git commit -m x -n",
            "git commit -m x --no-verify", "git commit -F file --no-verif", "git merge --no-verify topic",
            "git am -n x.patch", "git rebase --no-verify main", "git-push --no-verify",
            "/usr/lib/git-core/git-push --no-verify",
            "git send-pack origin main", "git p", "git p origin", "git q --no-verify", "git s", "git ci -n",
            "git status; git push --no-verify", "true && git push --no-verify", "false || git push --no-verify",
            "git push --no-verify & wait", "( git push --no-verify )", "{ git push --no-verify; }",
            "if true; then git push --no-verify; fi", "while :; do git push --no-verify; done",
            "f() { git push --no-verify; }; f", "echo $(git push --no-verify)", "echo `git push --no-verify`",
            "echo \"$(git push --no-verify)\"", "cat <(git push --no-verify)", "x=${y:-$(git push --no-verify)}",
            "git push \\\n --no-verify", "! git push --no-verify", "time git push --no-verify",
        ]
    )
    func hooks(_ command: String) { #expect(Self.isDenied(Self.judge(command)), "\(command)") }

    @Test(
        "quotes, escapes, variables and other programs hide nothing",
        arguments: [
            "git push '--no-verify'", "git push \"--no-verify\"", "git push --no-\"verify\"", "git push --no-\\verify",
            "g\"\"it push --no-verify", "g\\it pu''sh --no-verify", "git push $'--no-verify'",
            "git push $'\\x2d-no-verify'",
            "git push $'\\055-no-verify'", "git push --no-{verify,}", "git push {--no-verify,}",
            "a=--no-verify; git push $a", "a=--no-; b=verify; git push $a$b", "a=--no-verify git push; git push ${a}",
            "a='push --no-verify'; git $a", "c='git push --no-verify'; $c", "export a=--no-verify; git push $a",
            "git push $(echo --no-verify)", "git push ${x:---no-verify}", "$(echo git push --no-verify)",
            "sh -c 'git push --no-verify'", "bash -lc \"git push --no-verify\"",
            "bash -c \"sh -c 'git push --no-verify'\"",
            "eval git push --no-verify", "eval 'git push' --no-ver", "env git push --no-verify",
            "env -S 'git push --no-ver'",
            "sudo -u me git push --no-verify", "command git push --no-verify", "exec git push --no-verify",
            "nohup git push --no-verify", "timeout 5 git push --no-verify", "xargs git push --no-verify",
            "echo --no-verify | xargs git push", "echo 'git push --no-verify' | sh",
            "sh <<'EOF'\ngit push --no-verify\nEOF",
            "cat <<EOF | bash\ngit push --no-verify\nEOF", "bash <<< 'git push --no-verify'",
            "find . -maxdepth 0 -exec git push --no-verify \\;", "su -c 'git push --no-verify'",
            "watch 'git push --no-verify'", "python3 -c \"import os; os.system('git push --no-verify')\"",
            "python3 - <<'EOF'\nimport os\nos.system('git push --no-verify')\nEOF", "alias p='git push --no-verify'; p",
            "git config alias.x 'push --no-verify'", "git -c alias.x='push --no-verify' x",
            "git rebase -x 'git push --no-verify' main", "git submodule foreach 'git push --no-verify'",
            "git -c alias.x=commit x -n", "git${IFS}push${IFS}--no-v", "c='git push --no-v'; $c",
            "git config alias.c commit; git c -n", "x=$(( $(git push --no-verify) ))",
            "(( $(git push --no-verify) ))", "echo ${x:-`git push --no-verify`}",
            "cat <<EOF\n$(git push --no-verify)\nEOF",
            "cat <<EOF\n\"`git push --no-verify`\"\nEOF", "sed -n '1e git push --no-verify' x",
            "trap 'git push --no-verify' EXIT",
            "a=(git push --no-verify); \"${a[@]}\"", "set -- --no-verify; git push \"$@\"",
            "source <(echo git push --no-verify)",
            "function git { command git \"$@\" --no-verify; }; git push",
            "awk 'BEGIN{system(\"git push --no-verify\")}'",
            "echo 'git push --no-verify", "make push FLAGS=--no-verify",
        ]
    )
    func hidden(_ command: String) { #expect(Self.isDenied(Self.judge(command)), "\(command)") }

    @Test(
        "neither variables nor settings switch the gate off",
        arguments: [
            "GIT_GATEKEEPER_SKIP=x git push", "GIT_GATEKEEPER_SKIP='x y' git push", "export GIT_GATEKEEPER_SKIP=x",
            "env GIT_GATEKEEPER_SKIP=x git push", "GIT_GATEKEEPER_SKIP=x", "declare -x GIT_GATEKEEPER_SKIP=x",
            "read GIT_GATEKEEPER_SKIP <<< x", "SKIP_CI_GATEKEEPER_PRE_COMMIT=1 git commit -m x",
            "SKIP=gatekeeper git commit -m x",
            "HUSKY=0 git push", "LEFTHOOK=0 git push", "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath git push",
            "GIT_CONFIG_GLOBAL=/tmp/x git push", "GIT_CONFIG_PARAMETERS=\"'core.hookspath'='/x'\" git push",
            "git config core.hooksPath /dev/null", "git config CORE.HOOKSPATH /dev/null",
            "git config set core.hooksPath x",
            "git config --global core.hooksPath x", "git config --unset core.hooksPath",
            "git config gatekeeper.enabled false",
            "git config --remove-section gatekeeper", "git config --add include.path x", "git config -e",
            "git config edit",
            "git config hook.gatekeeper-pre-push.command true", "git config \"$k\" false",
            "git -c core.hooksPath=/dev/null push", "git -c gatekeeper.enabled=false gatekeeper test",
            "git --config-env=core.hooksPath=X push", "git -c \"$k=x\" push", "git config -f .gatekeeper/config a.b c",
            "git gatekeeper uninstall", "git-gatekeeper uninstall", "git gatekeeper trust",
            "git gatekeeper judge x --reviewed",
            "git gatekeeper test --sandbox off", "git gatekeeper test --sandbox=preferred",
            "git gatekeeper test --test-command true",
            "git gatekeeper test --base HEAD~5", "git gatekeeper mcp --allow-apply",
        ]
    )
    func switches(_ command: String) { #expect(Self.isDenied(Self.judge(command)), "\(command)") }

    @Test(
        "the files of the gate stay as they are",
        arguments: [
            "rm .git/hooks/pre-push", "rm -rf .git/hooks", "rm -rf .git", "chmod -x ./.git/hooks/pre-push",
            "rm .git/hoo*",
            "echo exit 0 > .git/hooks/pre-push", "cat x >>.git//hooks/pre-push", "tee .git/hooks/pre-push",
            "cd .git && rm hooks/pre-push",
            "cd .git/hooks; rm pre-push", "rm \"$(git rev-parse --git-dir)/hooks/pre-push\"",
            "rm $GIT_DIR/hooks/pre-push",
            "cp /dev/null /repo/.git/hooks/pre-push", "ln -sf /bin/true .git/hooks/pre-push", "mv .git/hooks .git/h",
            "sed -i d .git/config", "dd of=.git/config", "vim .git/config", "python3 x.py .git/config",
            "rm .GIT/hooks/pre-push",
            "echo x > .gatekeeper/config", "rm -r .gatekeeper", "sed -i s/a/b/ .gatekeeper/config",
            "git rm .gatekeeper/config",
            "git checkout HEAD~1 -- .gatekeeper/config", "git -C sub mv ../.gatekeeper/config x",
            "find .git/hooks -delete",
            "for f in .git/hooks/*; do rm $f; done", "find .git/hooks -type f | while read f; do rm \"$f\"; done",
            "ls -d .git/hooks/* | xargs rm", "d=.git/hooks; rm $d/pre-push", "rm -rf $(git rev-parse --git-path hooks)",
            "exec 3> .git/hooks/pre-push", "> .git/hooks/pre-push", "cp -t .git/hooks x", "tar xf x.tar -C .git/hooks",
            "ln -s .git/hooks h", "truncate -s 0 a/../.gatekeeper/config", "rm -rf .git/gatekeeper",
        ]
    )
    func files(_ command: String) { #expect(Self.isDenied(Self.judge(command)), "\(command)") }

    @Test("where it is already matters")
    func folder() {
        #expect(Self.isDenied(Self.judge("rm pre-push", in: "/repo/.git/hooks")))
        #expect(Self.judge("rm pre-push", in: "/repo/scripts") == .pass)
    }

    @Test(
        "a change of the contract is a person's to allow",
        arguments: [
            "rm tests/a.py", "sed -i s/1/2/ tests/a.py", "echo x > tests/a.py", "cp /tmp/a tests/a.py",
            "cd tests && rm a.py",
            "git rm tests/a.py", "git -C tests rm a.py", "mv tests/a.py b.py",
            "apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: tests/a.py\n@@\n-a\n+b\n*** End Patch\nEOF",
            "apply_patch '*** Begin Patch\n*** Delete File: tests/a.py\n*** End Patch'",
            "patch -p1 <<'EOF'\n--- a/tests/a.py\n+++ b/tests/a.py\n@@ -1 +1 @@\n-a\n+b\nEOF",
            "git apply - <<'EOF'\n--- /dev/null\n+++ b/tests/c.py\n@@ -0,0 +1 @@\n+b\nEOF", "tee -a tests/a.py",
        ]
    )
    func contract(_ command: String) {
        guard case .ask = Self.judge(command) else {
            Issue.record("\(command): \(Self.judge(command))")
            return
        }
    }

    @Test(
        "what only speaks of it, or looks, passes",
        arguments: [
            "git push", "git push -n origin main", "git push origin \"$(git branch --show-current)\"",
            "git commit -am 'x'",
            "git commit -m 'never use --no-verify'", "git commit -m '--no-verify'", "git commit -m \"-n\"",
            "git commit -uno",
            "git commit -m \"$(cat <<'EOF'\ndon't use --no-verify\n\nit's (not) allowed\nEOF\n)\"", "git log -n 5",
            "cat <<'EOF'\n$(git push --no-verify)\nEOF", "sed -n '/--no-verify/p' README.md", "cp -r .git /tmp/backup",
            "x=$(( 1 + $(echo 2) ))", "git -c alias.x=commit x -m y", "rm $f", "'/opt/my tools/build' --fast",
            "for f in *.o; do rm \"$f\"; done",
            "git log --grep=--no-verify", "git commit -C HEAD", "git merge -n topic", "git stash push",
            "git commit -mn",
            "grep -rn -- --no-verify docs", "rg 'GIT_GATEKEEPER_SKIP' .", "echo 'git push --no-verify is denied'",
            "cat .git/hooks/pre-push", "ls -l .git/hooks", "cat .gatekeeper/config", "git add .gatekeeper/config",
            "git diff -- .gatekeeper/config", "git config core.hooksPath", "git config --get core.hooksPath",
            "git config get gatekeeper.enabled",
            "git config --list", "git config user.name x", "git -c user.name=\"$NAME\" commit -m x", "HUSKY=1 git push",
            "SKIP=lint git commit -m x", "python3 -m pytest tests", "cp tests/a.py /tmp/a.py",
            "cat > notes.md <<'EOF'\nuse --no-verify never\nEOF",
            "for x in a b; do echo $x; done", "case $x in a) echo 1;; esac", "x=$((1 + 2)); echo $x",
            "git gatekeeper test",
            "git gatekeeper test --sandbox required", "git gatekeeper trust --show", "git gatekeeper apply",
            "make test 2>&1 | tail -5",
            "swift test >out.txt 2>/dev/null", "[[ -f a && -d b ]] && echo yes", "", "# git push --no-verify",
            "find . -name '*.py' -delete",
            "apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: src/a.py\n@@\n-a\n+b\n*** End Patch\nEOF",
            "mkdir -p src && touch src/x.py", "rm -rf build", "git rev-parse --git-dir",
            "git fetch && git rebase origin/main",
        ]
    )
    func harmless(_ command: String) { #expect(Self.judge(command) == .pass, "\(command): \(Self.judge(command))") }

    @Test("whatever the text, the guard answers", arguments: 0..<200)
    func anything(_ seed: Int) {
        var generator = SplitMix(UInt64(seed))
        let pieces = [
            "git", "push", " ", " ", "'", "\"", "`", "$(", ")", "(", "{", "}", "${", "$'", "\\", "\n", "<<E", "<", ">",
            "|",
            "&", ";", "--no-verify", "=", "x", "#", "[[", "case", "in", "$x", "\u{FFFC}", "é", "\0", "<<<", "((", "-c",
            "sh",
        ]
        let text = (0..<40).map { _ in pieces[Int(generator.next() % UInt64(pieces.count))] }.joined()
        _ = Self.judge(text)
        _ = Self.judge(String(repeating: text, count: 20))
    }

    @Test("nesting and length have an end")
    func bounds() {
        let nested = (0..<2000).reduce("git push --no-verify") { text, _ in "$(\(text))" }
        #expect(Self.isDenied(Self.judge(nested)))
        let long = String(repeating: "echo x; ", count: 40_000) + "git push --no-verify"
        #expect(Self.isDenied(Self.judge(long)))
        let many = "env " + String(repeating: "git ", count: 15_000) + "; git push --no-v"
        #expect(Self.isDenied(Self.judge(many)))
        let deep = String(repeating: "cd a;", count: 12_000) + "rm .git/hooks/pre-push"
        #expect(Self.isDenied(Self.judge(deep)))
        let evals = String(repeating: "eval ", count: 30) + "'git status' 'git push --no-v'"
        #expect(Self.isDenied(Self.judge(evals)))
        let loop = CommandGuard(aliases: ["a": "b", "b": "a"])
        #expect(Self.isDenied(loop.judge("git a", in: "/repo")))
    }
}

/// Numbers that are the same in every run.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
