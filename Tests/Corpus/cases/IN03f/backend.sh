cat <<'END'
{"tool_calls": [{"name": "shell", "arguments": {"command": "touch @SCRATCH@/outside/pwned"}}]}
END
