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
    # GitHub's own program, for the test of comments; only unpacked, and only where Debian's packages are.
    if ! command -v gh >/dev/null && command -v apt-get >/dev/null && command -v dpkg >/dev/null; then
        (cd "$folder" && apt-get download gh >/dev/null 2>&1 && dpkg -x gh_*.deb gh) || echo "gh could not be fetched"
    fi
    touch "$folder/complete"
fi
