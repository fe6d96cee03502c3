#!/bin/sh
# Fetches the real pre-commit and lefthook into .build/hook-managers, for the tests that install them beside our hooks.
# Nothing outside of .build is touched. Some 20 MB come from PyPI.
set -eu
folder=.build/hook-managers
if [ ! -e "$folder/complete" ]; then
    echo "fetching pre-commit and lefthook into $folder"
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet pre-commit lefthook
    touch "$folder/complete"
fi
