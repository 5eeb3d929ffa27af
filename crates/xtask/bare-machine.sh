#!/usr/bin/env bash
# Runs a command on a bare Debian 12: only git, cc, certificates and this machine's Rust toolchain are there. It proves that
# `cargo xtask setup` names every package that a build and the tests need.
#
#   usage (as root): [KEEP=1] crates/xtask/bare-machine.sh FOLDER [COMMAND…]
#
# COMMAND runs in a clone of this repository with the uncommitted files of the working tree laid over it; without one it is
# `.ci/run`. FOLDER/base is made once with debootstrap; FOLDER/machine is copied fresh from it for every run. KEEP=1 goes on
# with the machine as the last run left it (packages, target folder) and only brings the working tree up to date.
# Needs debootstrap and about 1 GB for base and machine, and what the build takes.
set -euo pipefail

if [[ $# -lt 1 || $1 == -* ]]; then
    sed -n '2,/^set/p' "$0" | sed -n 's/^# \{0,1\}//p'
    exit 2
fi
if [[ $EUID -ne 0 ]]; then
    echo "chroot needs root: sudo $0 $*" >&2
    exit 2
fi
# Mounts made below live in a namespace of this process only: none is left behind, whatever happens.
if [[ ${KINORA_BARE_INSIDE-} != 1 ]]; then
    KINORA_BARE_INSIDE=1 exec unshare --mount --propagation private "$0" "$@"
fi

repo=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
command=("${@:-.ci/run}")
base=$folder/base
machine=$folder/machine

# The mirror that this machine uses, from the older or the newer form of the list.
mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources 2>/dev/null || true; } |
    sed -nE 's/^(deb|URIs:) +(https?:[^ ]*debian)\/? *.*/\2/p' | sed -n 1p)
mirror=${mirror:-http://deb.debian.org/debian}

rust_home=${RUSTUP_HOME:-$HOME/.rustup}
cargo_home=${CARGO_HOME:-$HOME/.cargo}

# in_root ROOT COMMAND…: a clean environment, but for the variables that lead through a proxy or name certificates.
in_root() {
    local root=$1
    shift
    local passed=()
    while IFS= read -r line; do passed+=("$line"); done < <(
        env | grep -iE '^((https?|no|all)_proxy|SSL_CERT_(FILE|DIR)|CURL_CA_BUNDLE|GIT_SSL_CAINFO|CARGO_HTTP_[A-Z_]*|CI)=' || true
    )
    env -i "${passed[@]}" HOME=/root TERM="${TERM:-dumb}" LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        RUSTUP_HOME=/opt/rustup CARGO_HOME=/root/.cargo RUSTUP_AUTO_INSTALL=0 \
        PATH=/opt/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        nice -n 5 chroot "$root" "$@"
}

network_files() {
    cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
    mkdir -p "$1/etc/ssl/certs" "$1/etc/apt/apt.conf.d"
    cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
    cp /etc/apt/apt.conf.d/*proxy* "$1/etc/apt/apt.conf.d/" 2>/dev/null || true
}

if [[ ! -e $base/.ready ]]; then
    rm -rf "$base"
    debootstrap --variant=minbase bookworm "$base" "$mirror"
    network_files "$base"
    in_root "$base" apt-get install -y --no-install-recommends git ca-certificates gcc libc6-dev
    rm -rf "$base"/var/lib/apt/lists/* "$base"/var/cache/apt/archives/*.deb
    touch "$base/.ready"
fi

if [[ ${KEEP-} != 1 || ! -e $machine/.ready ]]; then
    rm -rf --one-file-system "$machine"
    cp -a "$base" "$machine"
    # Sources of crates that are here already need not travel again; what is missing comes from crates.io.
    mkdir -p "$machine/root/.cargo/registry"
    for part in cache index; do
        [[ -d $cargo_home/registry/$part ]] && cp -a "$cargo_home/registry/$part" "$machine/root/.cargo/registry/"
    done
    [[ -e $cargo_home/config.toml ]] && cp "$cargo_home/config.toml" "$machine/root/.cargo/"
    git clone --quiet --no-hardlinks "$repo" "$machine/root/kinora"
fi
network_files "$machine"

# The working tree as it is: its files laid over the clone, what it doesn't have removed there.
clone=$machine/root/kinora
files() {
    git -C "$1" ls-files -z --cached --others --exclude-standard |
        while IFS= read -r -d '' file; do if [[ -e $1/$file ]]; then printf '%s\0' "$file"; fi; done | sort -zu
}
comm -z -13 <(files "$repo") <(files "$clone") | (cd "$clone" && xargs -0 -r rm -f --)
# Only what differs, with the time of now: cargo compiles by time, and a file may have been edited before the last build
# here and brought over after it.
files "$repo" | while IFS= read -r -d '' file; do
    if ! cmp -s "$repo/$file" "$clone/$file"; then
        mkdir -p "$(dirname "$clone/$file")"
        cp --no-preserve=timestamps "$repo/$file" "$clone/$file"
    fi
done
chown -R root:root "$clone"

mkdir -p "$machine/opt/rustup" "$machine/opt/cargo/bin"
mount --bind "$rust_home" "$machine/opt/rustup"
mount -o remount,bind,ro "$machine/opt/rustup"
mount --bind "$cargo_home/bin" "$machine/opt/cargo/bin"
mount -o remount,bind,ro "$machine/opt/cargo/bin"
mount -t proc proc "$machine/proc"
mount --rbind /dev "$machine/dev"

# shellcheck disable=SC2016  # expanded in the chroot
in_root "$machine" bash -c 'cd /root/kinora && exec "$@"' bare "${command[@]}"
