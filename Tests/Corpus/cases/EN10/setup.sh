# What a user sets takes the place of what the project sets.
for each in PYTHONPATH=src PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 CORPUS_SECRET; do
    git config --add gatekeeper.environment "$each"
done
