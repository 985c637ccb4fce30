# Locks the lists in requirements/ with hashes, and without the address of any index. Run from the project's root.
# Later lists take the versions of the earlier ones, so that one environment holds them all.
set -eu

for list in run dev setup node; do
  UV_SYSTEM_CERTS=1 .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
    "$@" "requirements/$list.in" -o "requirements/$list.txt"
done
