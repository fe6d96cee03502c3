#!/bin/sh
# Fetches a terminal written in Python into .build/terminal, for the tests of the live view. Nothing outside of .build is
# touched; less than 1 MB comes from PyPI.
set -eu
folder=.build/terminal
if [ ! -e "$folder/complete" ]; then
    echo "fetching pyte into $folder"
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet pyte
    touch "$folder/complete"
fi
