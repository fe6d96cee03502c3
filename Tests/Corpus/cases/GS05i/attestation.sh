head_is red
git config gatekeeper.check.test.command 'sh -c "echo 1..1; echo ok 1 - all"'
attest
git config --unset gatekeeper.check.test.command
