# Installs Debian packages where that is possible, and says plainly what is missing where it is not.
# Use: sh tools/apt.sh "What it is for" package...
set -eu
what=$1
shift

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installing $what: $*"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null
  apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
else
  echo "$what is missing. Install it as root and run make again. On Debian: apt-get install $*" >&2
  exit 1
fi
