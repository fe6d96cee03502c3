cat <<'END'
{
  "edits": [
    {
      "path": "src/calc/core.py",
      "edits": [
        {
          "search": "def sub(a, b):\n    return a + b",
          "replace": "def sub(a, b):\n    return a - b"
        }
      ]
    }
  ]
}
{
  "edits": [
    {
      "path": "src/calc/core.py",
      "edits": [
        {
          "search": "def sub(a, b):\n    return a + b",
          "replace": "def sub(a, b):\n    return a - b"
        }
      ]
    }
  ]
}
END
