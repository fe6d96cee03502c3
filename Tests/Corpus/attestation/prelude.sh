# Runs before the `attestation.sh` of a case: a base that trusts one signer, and the means of a forger.
for name in trusted stranger; do ssh-keygen -q -t ed25519 -N '' -C "$name" -f "@SCRATCH@/$name"; done
allow() { echo "ci@example.com $(cut -d' ' -f1,2 "@SCRATCH@/$1.pub")"; }
allow trusted > .gatekeeper/allowed_signers
git add -A
git commit -q -m 'the base trusts a signer'
git branch base
git config gatekeeper.signingKey "@SCRATCH@/trusted"

# Commits a head that is green, or, with an argument, one that is not.
head_is() {
    if [ "$1" = green ]; then
        sed -i.bak '/^sub/,/^}/s/+/-/' lib/calc.sh
        rm -f lib/calc.sh.bak
    fi
    echo "$1" > NOTES
    git add -A
    git commit -q -m "the head is $1"
}

# Tests the head and attests what came of it.
attest() {
    git gatekeeper test --quiet --head HEAD --base base || true
    git gatekeeper attest --quiet
}

# Puts what a program of Python makes of the noted lines in their place; `lines`, `forge` and `sign` are at hand.
tamper() {
    git notes --ref gatekeeper show "${2:-HEAD}" > "@SCRATCH@/lines"
    python3 -c "import sys; sys.path.insert(0, '$CORPUS'); from envelopes import *; $1" "@SCRATCH@" > "@SCRATCH@/new"
    blob=$(git hash-object -w "@SCRATCH@/new")
    for object in HEAD 'HEAD^{tree}'; do
        git notes --ref gatekeeper add -f -C "$blob" "$(git rev-parse "$object")" > /dev/null
    done
}
