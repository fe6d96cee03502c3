head_is green
attest
