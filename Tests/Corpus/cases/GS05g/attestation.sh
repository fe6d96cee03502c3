allow stranger >> .gatekeeper/allowed_signers
head_is green
git config gatekeeper.signingKey "@SCRATCH@/stranger"
attest
