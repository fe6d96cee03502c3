#!/bin/sh
# Fetches the real codex and claude programs, the vendors' client libraries and that of MCP into .build/agents, for the
# tests that ask them. Nothing outside of .build is touched. Some 300 MB come from PyPI.
set -eu
folder=.build/agents
if [ ! -e "$folder/complete" ]; then
    echo "fetching codex, claude and the vendors' client libraries into $folder"
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet openai-codex-cli-bin claude-agent-sdk openai anthropic mcp
    touch "$folder/complete"
fi
