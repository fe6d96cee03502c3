head_is red
attest
tamper 'print(sign(payload(summary).replace(b"\"verificationResult\"", b"\"verificationResult\":\"PASSED\",\"verificationResult\""), "trusted"))'
