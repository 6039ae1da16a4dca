#!/bin/sh
# Makes the checkout runnable: a Python that works, the locked packages in .venv, the system libraries, compiled translations.
# `--tests` adds a browser and a Japanese font. A second run with nothing changed only looks at a stamp.
set -eu

UV_VERSION=0.13.9
PACKAGES_ALWAYS="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz0b libharfbuzz-subset0"
LIBRARIES="libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz.so.0 libharfbuzz-subset.so.0"
tests=no
[ "${1:-}" = "--tests" ] && tests=yes
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV || true

cd "$(dirname "$0")/../.."
say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# --- Debian packages -------------------------------------------------------------------------------------------------
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

refresh_package_list() {
    [ "${refreshed:-no}" = yes ] && return 0
    refreshed=yes
    as_root apt-get -q update >/dev/null 2>&1 || say "apt-get update failed, going on with the list at hand"
}

apt_install() {
    may_install || return 1
    refresh_package_list
    say "installing $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

# --- Python ----------------------------------------------------------------------------------------------------------
# tried_python CANDIDATE OLDEST NEWEST: its real path, if it runs, has a fitting version and can make virtual environments.
tried_python() {
    "$1" -c '
import sys
oldest, newest = (tuple(map(int, text.split("."))) for text in sys.argv[1:])
assert oldest <= sys.version_info[:2] <= newest
import ctypes, ensurepip, ssl, venv
ensurepip.version()
print(getattr(sys, "_base_executable", None) or sys.executable)
' "$2" "$3" 2>/dev/null
}

find_python() {
    versions="${PYENV_ROOT:-$HOME/.pyenv}/versions"
    for candidate in python3.13 python3.12 python3 "$versions"/3.13*/bin/python3 "$versions"/3.12*/bin/python3 "$versions"/*/bin/python3; do
        tried_python "$candidate" "$1" "$2" && return 0
    done
    return 1
}

install_python() {
    may_install || return 1
    refresh_package_list
    for version in 3.13 3.12; do
        apt-cache show "python$version-venv" >/dev/null 2>&1 || continue
        apt_install "python$version" "python$version-venv" && return 0
    done
    return 1
}

# --- Steps -----------------------------------------------------------------------------------------------------------
make_environment() {
    python=$(find_python 3.12 3.13) || { install_python && python=$(find_python 3.12 3.13); } || python=
    tool_python=$python
    if [ -z "$tool_python" ]; then
        tool_python=$(find_python 3.8 3.99) || { apt_install python3 python3-venv && tool_python=$(find_python 3.8 3.99); } ||
            stop "Python 3.12 or 3.13 with venv is needed. On Debian or Ubuntu: sudo apt-get install -y python3 python3-venv"
    fi
    uv=var/tools/bin/uv
    if [ "$("$uv" --version 2>/dev/null | cut -d' ' -f2)" != "$UV_VERSION" ]; then
        rm -rf var/tools
        mkdir -p var
        "$tool_python" -m venv var/tools
        var/tools/bin/python -m pip -q --disable-pip-version-check install "uv==$UV_VERSION" || stop "pip could not install uv $UV_VERSION (is the package index reachable?)"
    fi
    if [ -n "$python" ]; then
        UV_PYTHON_DOWNLOADS=never "$uv" sync -q --frozen --python "$python" || stop "uv could not install the packages of uv.lock"
    else
        say "no Python 3.12 or 3.13 here, letting uv download one"
        UV_PYTHON_INSTALL_DIR="$PWD/var/python" "$uv" sync -q --frozen --managed-python --python 3.13 ||
            stop "Python 3.12 or 3.13 is needed and could not be downloaded. Install one (Debian 13, Ubuntu 24.04: sudo apt-get install -y python3-venv; elsewhere: pyenv install 3.13)"
    fi
}

missing_packages() {
    for library in $LIBRARIES; do
        .venv/bin/python -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$library" 2>/dev/null && continue
        printf '%s ' "$PACKAGES_ALWAYS"
        break
    done
    [ "$tests" = yes ] || return 0
    command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || printf 'chromium '
    command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=ja 2>/dev/null)" ] || printf 'fontconfig fonts-ipaexfont-gothic '
}

install_libraries() {
    [ "$(uname)" = Linux ] || return 0
    missing=$(missing_packages)
    [ -z "$missing" ] && return 0
    # shellcheck disable=SC2086 # a list of words
    apt_install $missing || stop "System packages are missing. Run: sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing"
}

compile_translations() {
    for catalogue in locale/*/*/LC_MESSAGES/django.po; do
        [ -e "$catalogue" ] || continue
        [ -e "${catalogue%.po}.mo" ] && [ ! "$catalogue" -nt "${catalogue%.po}.mo" ] && continue
        # The settings insist on their variables; to compile, none of the values matters.
        env DEBUG=true SECRET_KEY=unused SITE_URL=http://unused DATABASE_URL=postgres://unused/unused REDIS_URL=redis://unused \
            MAIL_FROM=unused@unused.example .venv/bin/python manage.py translations --compile >/dev/null
        return
    done
}

# The place counts too: an environment does not survive being moved.
key=$( { cat uv.lock ossma/local/setup.sh; pwd; } | cksum | tr ' ' '-')
stamp=.venv/ossma-setup
made=$(cat "$stamp" 2>/dev/null || true)
if [ "$made" != "$key yes" ] && [ "$made" != "$key $tests" ]; then
    make_environment
    install_libraries
    printf '%s %s\n' "$key" "$tests" >"$stamp"
fi
compile_translations
