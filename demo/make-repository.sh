#!/bin/sh
# Makes the shop's repository from its recorded history.
#
# usage: make-repository.sh <folder>
#
# The same commits come out on every machine and under every git configuration: dates and people are those of the
# patches, and neither the user's nor the system's settings are read. Each file of 'history' is one commit, in the
# order of their numbers; 'working-tree.patch' is what its author has not committed yet.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 <folder>" >&2
    exit 129
fi
history=$(cd "$(dirname "$0")/history" && pwd)
shop=$1
if [ -e "$shop" ] && [ -n "$(ls -A "$shop")" ]; then
    echo "error: '$shop' is not empty" >&2
    exit 128
fi

# A hook or an alias that started this script must not lead git to another repository.
for name in $(git rev-parse --local-env-vars) GIT_TEMPLATE_DIR GIT_EXTERNAL_DIFF GIT_DEFAULT_REF_FORMAT; do
    unset "$name"
done
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_ATTR_NOSYSTEM=1 GIT_DEFAULT_HASH=sha1
export GIT_COMMITTER_NAME="Shop Keeper" GIT_COMMITTER_EMAIL=keeper@shop.example
unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_DATE

mkdir -p "$shop"
cd "$shop"
git init -q --template= -b main
for patch in "$history"/0*.patch; do
    git am -q --committer-date-is-author-date "$patch"
    # Up to here everything was well: what follows is judged against it.
    case $patch in *-gatekeeper-*) git branch stable ;; esac
done
git branch -q --set-upstream-to=stable main
git apply "$history/working-tree.patch"
