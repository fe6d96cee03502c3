touch 'src/$(touch @MARKER@)' 'src/`id`;x'
cat >'tests/test_$(id).py' <<'END'
END
sed -i '$a\\n    def test_more(self):\n        """$(touch @SCRATCH@/outside/pwned)"""' tests/test_core.py
git add -A
git commit -q -m '$(touch @SCRATCH@/outside/pwned) `touch @SCRATCH@/outside/pwned`'
git checkout -q -b 'b$(touch${IFS}pwned)'
