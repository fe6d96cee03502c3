head_is green
attest
git config gatekeeper.trust.maxAge 1ms
