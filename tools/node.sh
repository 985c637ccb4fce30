# Builds the front end with the machine's npm, or with one from PyPI where there is none. Run from the project's root.
set -eu
export npm_config_update_notifier=false

new_enough='process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)'
if ! { npm --version && node -e "$new_enough"; } >/dev/null 2>&1; then
  sh tools/install.sh requirements/node.txt
  PATH="$PWD/.venv/bin:$PATH"
  NODE_USE_SYSTEM_CA=1 # Debian's Node trusts the machine's certificates, this one has to be told
  export PATH NODE_USE_SYSTEM_CA
fi
echo "Building static/build with npm $(npm --version)"
sh tools/assets.sh
