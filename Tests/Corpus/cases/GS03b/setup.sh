git config core.autocrlf true
