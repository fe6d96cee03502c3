head_is green
attest
tamper 'print(sign(payload(summary), "trusted", "git"))'
