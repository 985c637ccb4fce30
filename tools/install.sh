# Installs one locked list into .venv, every file checked by its hash. Use: sh tools/install.sh requirements/run.txt
# All of it is compiled, so that the first start need not; pip does so by itself.
# uv takes seconds; pip knows mirrors and certificates that uv was not told of, so it gets the second try.
set -eu
echo "Installing what $1 lists"
UV_SYSTEM_CERTS=1 .venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes -r "$1" ||
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"
