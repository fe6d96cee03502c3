head_is green
attest
tamper 'print("\n".join(sign(payload(line), "stranger") for line in lines))'
