mkdir notes
echo x >notes/a.txt
git add -A
git commit -q -m x
git sparse-checkout set --no-cone /src/ /tests/ /.gatekeeper/ /pyproject.toml
