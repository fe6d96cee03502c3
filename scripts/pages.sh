#!/bin/sh
# Fetches Playwright and axe from PyPI into .build/pages, then opens pages of real runs in the system's own Chromium.
# CHROMIUM names another browser of that family. Nothing outside of .build is touched; some 60 MB come from PyPI.
set -eu
folder=.build/pages
if [ ! -e "$folder/complete" ]; then
    echo "fetching Playwright and axe into $folder"
    rm -rf "$folder"
    python3 -m venv "$folder/venv"
    "$folder/venv/bin/pip" install --quiet playwright axe-playwright-python
    touch "$folder/complete"
fi
for name in chromium chromium-browser google-chrome; do
    CHROMIUM="${CHROMIUM:-$(command -v "$name" || true)}"
done
if [ -z "$CHROMIUM" ]; then
    echo "error: there is no Chromium here; install it ('apt-get install chromium'), or name one in CHROMIUM" >&2
    exit 1
fi
export CHROMIUM
exec "$folder/venv/bin/python" -B scripts/pages.py "$folder"
