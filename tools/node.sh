# Builds the front end with the machine's npm, or with one from PyPI where there is none. Run from the project's root.
set -eu

if ! { npm --version && node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18)'; } >/dev/null 2>&1; then
  sh tools/install.sh requirements/node.txt
  PATH="$PWD/.venv/bin:$PATH"
  export PATH
fi
echo "Building static/build with npm $(npm --version)"
sh tools/assets.sh
