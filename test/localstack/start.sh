#!/usr/bin/env bash
# Starts LocalStack in the foreground, without Docker. Usage: start.sh [venv-dir]
#        start.sh --python    prints the Python it would use, and fails where there is none
# Environment: PORT (4566), LOCALSTACK_VENV (.localstack/venv), LOCALSTACK_DATA (.localstack/data), PYTHON.
# Further LocalStack settings (DEBUG=1, EAGER_SERVICE_LOADING=1, ...) pass through. `node` is taken from PATH.
set -euo pipefail
die() { echo "start.sh: $*" >&2; exit 1; }

# a pyenv shim stands on PATH whether or not its version is selected, and Debian's python may lack venv: ask it
ok() {
  "$1" -c 'import ensurepip, sys, venv; sys.exit(not (3, 13) <= sys.version_info[:2] < (3, 15))' 2>/dev/null
}
find_python() {
  local p root="${PYENV_ROOT:-$(pyenv root 2>/dev/null)}"
  for p in "${PYTHON:-}" python3.13 python3.14 python3 "${root:-$HOME/.pyenv}"/versions/3.1[34]*/bin/python; do
    [ -n "$p" ] && p="$(command -v "$p" 2>/dev/null)" && ok "$p" && { echo "$p"; return; }
  done
  command -v uv >/dev/null && uv python install -q 3.13 >&2 && uv python find 3.13
}
if [ "${1:-}" = --python ]; then find_python; exit; fi

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
venv="${1:-${LOCALSTACK_VENV:-$PWD/.localstack/venv}}"
data="${LOCALSTACK_DATA:-$PWD/.localstack/data}"
port="${PORT:-4566}"
command -v node >/dev/null || die "no node in PATH (the Lambdas run with it)"

# reinstall whenever the pinned list or the plugin changes
stamp="$(cat "$here"/requirements.txt "$here"/pyproject.toml "$here"/ls_process_executor/*.{py,mjs} | cksum)"
if [ "$(cat "$venv/.stamp" 2>/dev/null)" != "$stamp" ]; then
  if ! ok "$venv/bin/python"; then
    py="$(find_python)" || die "needs Python 3.13 or 3.14, or uv to get one (set PYTHON=...)"
    echo "start.sh: creating $venv with $py" >&2
    mkdir -p "$(dirname "$venv")"
    "$py" -m venv "$venv"
  fi
  "$venv/bin/python" -m pip install -q -r "$here/requirements.txt"
  src="$(mktemp -d)"  # built from a copy, so that no build output lands beside the source
  cp -r "$here/pyproject.toml" "$here/ls_process_executor" "$src"
  "$venv/bin/python" -m pip install -q --no-deps --no-build-isolation --force-reinstall "$src"
  rm -rf "$src"
  echo "$stamp" > "$venv/.stamp"
fi
mkdir -p "$data"

export LAMBDA_RUNTIME_EXECUTOR=process
export GATEWAY_LISTEN="127.0.0.1:$port" LOCALSTACK_HOST="localhost:$port" SQS_ENDPOINT_STRATEGY=path
export FILESYSTEM_ROOT="$(cd "$data" && pwd)" OVERRIDE_IN_DOCKER=0
export DNS_ADDRESS=0 DISABLE_EVENTS=1 SKIP_SSL_CERT_DOWNLOAD=1 S3_SKIP_SIGNATURE_VALIDATION="${S3_SKIP_SIGNATURE_VALIDATION:-0}"
unset AWS_ENDPOINT_URL NODE_OPTIONS
exec "$venv/bin/python" -m localstack.runtime.main
