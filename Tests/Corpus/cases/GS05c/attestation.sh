head_is green
attest
git config gatekeeper.trust.revoked "@SCRATCH@/trusted.pub"
