# Makes .venv with a Python of 3.11 or newer, and puts the installer and the builder in it. Run from the project's root.
set -eu

find_python() {
  for name in python3.11 python3 python3.12 python3.13; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  echo "Python 3.11 or newer is missing. On Debian: apt-get install python3 python3-venv" >&2
  exit 1
}

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  python=$(find_python)
  if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    sh tools/apt.sh "Python's venv module" python3-venv
  fi
  echo "Making .venv with $("$python" --version)"
  "$python" -m venv .venv
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/setup.txt
