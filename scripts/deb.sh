#!/bin/sh
# Makes a Debian package of the release build. The program finds nothing by its own place, so the package could be
# unpacked anywhere; only libgit2 has to be the version it was linked with.
set -eu
cd "$(dirname "$0")/.."
for tool in dpkg dpkg-deb dpkg-query; do
    command -v $tool >/dev/null || {
        echo "error: '$tool' is not here; Debian packages are made on Debian and its kin" >&2
        exit 1
    }
done
version=$(.build/release/git-gatekeeper --version)
architecture=$(dpkg --print-architecture)
root=.build/deb/root
rm -rf .build/deb
mkdir -p "$root/DEBIAN"
make -s -o build install DESTDIR="$PWD/$root" PREFIX=/usr
gzip -9n "$root"/usr/share/man/man*/*

# Packages of the libraries the program itself was linked with; theirs they bring along.
depends="git, bubblewrap, util-linux"
for library in $(objdump -p "$root/usr/bin/git-gatekeeper" | sed -n 's/^ *NEEDED *//p'); do
    place=$(ldd "$root/usr/bin/git-gatekeeper" | sed -n "s|^[[:space:]]*$library => \\([^ ]*\\) .*|\\1|p")
    [ -n "$place" ] || continue
    owner=$(dpkg-query -S "$(readlink -f "$place")" 2>/dev/null | sed -n '1s/:.*//p')
    [ -n "$owner" ] || owner=$(dpkg-query -S "*/${place##*/}" | sed -n '1s/:.*//p')
    case ", $depends," in *", $owner"[\ ,]*) continue ;; esac
    depends="$depends, $owner (>= $(dpkg-query -W -f '${Version}' "$owner" | sed 's/-[^-]*$//'))"
done

cat >"$root/DEBIAN/control" <<END
Package: git-gatekeeper
Version: $version
Architecture: $architecture
Maintainer: the founders of git gatekeeper <gatekeeper@localhost>
Section: vcs
Priority: optional
Depends: $depends
Recommends: curl, openssh-client, man-db
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Description: decide by tests whether a change may be kept
 Runs the tests people wrote; when they fail, asks a configured backend for a
 fix, proves the fix in a worktree of its own, and only then fast-forwards the
 working tree. Used as a git command, as hooks, and as a CI job.
END
package=.build/git-gatekeeper_${version}_$architecture.deb
dpkg-deb --root-owner-group --build "$root" "$package"
