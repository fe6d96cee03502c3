mkdir -p .github/workflows
cat >.github/workflows/ci.yml <<'END'
name: ci
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: python3 -m unittest
END
