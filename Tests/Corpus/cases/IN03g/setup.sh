git config gatekeeper.backend.command.timeout 2s
