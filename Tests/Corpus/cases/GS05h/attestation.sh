head_is green
git commit -q --amend -m "$(printf 'the head\n\nGatekeeper-Run: 20260101T000000.000Z-aaaaaa\nGatekeeper-Tree: %s\n' "$(git rev-parse 'HEAD^{tree}')")"
