# Asks the public list of known vulnerabilities about every locked package, from an environment of its own. It needs the
# network: a package about which nobody could be asked is a fault (--strict), never "nothing known".
set -eu
.venv/bin/uv venv --quiet --allow-existing .venv/audit
UV_SYSTEM_CERTS=1 .venv/bin/uv pip install --quiet --python .venv/audit/bin/python --require-hashes -r requirements/audit.txt
for list in run dev setup node audit; do
  echo "Asking about what requirements/$list.txt lists"
  .venv/audit/bin/pip-audit --strict --progress-spinner off --require-hashes --disable-pip -r "requirements/$list.txt"
done
