#!/bin/sh
# Installs what the build and the tests need and this machine lacks; says what it does. Nothing else is touched.
set -eu

missing=""
need() { # need <package> <test command...>
    package=$1
    shift
    if ! "$@" >/dev/null 2>&1; then missing="$missing $package"; fi
}

case "$(uname -s)" in
Linux)
    need libgit2-dev test -e /usr/include/git2.h
    need bubblewrap command -v bwrap
    need python3 command -v python3
    need git command -v git
    need curl command -v curl
    need openssh-client command -v ssh-keygen
    if [ -n "$missing" ]; then
        if ! command -v apt-get >/dev/null 2>&1; then
            echo "error: these packages are missing, and there is no apt-get to install them:$missing" >&2
            echo "hint: install libgit2 (1.5 or newer) with headers, bubblewrap, python3, curl and ssh-keygen, then try again" >&2
            exit 1
        fi
        sudo=""
        if [ "$(id -u)" -ne 0 ]; then sudo="sudo"; fi
        echo "installing with apt-get:$missing"
        $sudo apt-get update -qq
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq $missing >/dev/null
    fi
    ;;
Darwin)
    need libgit2 sh -c 'brew list libgit2'
    need python3 command -v python3
    if [ -n "$missing" ]; then
        echo "installing with Homebrew:$missing"
        # shellcheck disable=SC2086
        brew install $missing
    fi
    ;;
*)
    echo "error: $(uname -s) is not a system the gate has been built on" >&2
    exit 1
    ;;
esac

# The gate's own tests run pytest for real. Where it is missing it comes from PyPI, for this user.
if ! python3 -c 'import pytest' >/dev/null 2>&1; then
    echo "installing pytest with pip"
    python3 -m pip install --quiet --user pytest 2>/dev/null ||
        python3 -m pip install --quiet --user --break-system-packages pytest
fi

# Documents are held to their schemas by the usual library of JSON Schema.
if ! python3 -c 'import jsonschema, referencing' >/dev/null 2>&1; then
    echo "installing jsonschema with pip"
    python3 -m pip install --quiet --user 'jsonschema>=4.18' 2>/dev/null ||
        python3 -m pip install --quiet --user --break-system-packages 'jsonschema>=4.18'
fi
