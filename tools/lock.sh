# Locks what pyproject.toml names into requirements/, with hashes, and without the address of any index. Run from the
# project's root. Later lists take the versions of the earlier ones, so that one environment holds them all.
set -eu
upgrade=${1:-}

lock() {
  list=$1
  shift
  UV_SYSTEM_CERTS=1 .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
    $upgrade "$@" -o "requirements/$list.txt"
}

lock run pyproject.toml
lock dev pyproject.toml --group dev -c requirements/run.txt
lock setup --group setup -c requirements/dev.txt
lock node --group node
lock audit --group audit
