#!/bin/sh
# Fetches Buildbot and a checker of engines' files into .build/fleet, for the tests that run a real master with two
# workers. Nothing outside of .build is touched. Some 80 MB come from PyPI.
set -eu
folder=.build/fleet
if [ ! -e "$folder/complete" ]; then
    echo "fetching Buildbot and check-jsonschema into $folder"
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet buildbot buildbot-worker check-jsonschema
    touch "$folder/complete"
fi
