git add -A
git commit -q -m 'the base'
git branch trusted
printf '[gatekeeper "check.test"]\n\tcommand = true\n' >.gatekeeper/config
