# Makes sure that the tests find a program: the machine's own, else Debian's in a folder of .venv, with whatever it needs
# and the machine has not. Nothing is installed by it, and it starts no service. Run from the project's root.
# Use: sh tools/unpacked.sh FOLDER PROGRAM "What it is for" PACKAGE
set -eu
folder=.venv/$1 program=$2 what=$3 package=$4

PATH="$PATH:/usr/sbin"
command -v "${program##*/}" >/dev/null || [ -e "$folder/$program" ] && exit 0
echo "Fetching what $what needs: $package"
rm -rf "$folder" && mkdir -p "$folder/fetched"
[ "$(id -u)" -ne 0 ] || apt-get update -qq </dev/null || true
needed=$(apt-get install --simulate --no-install-recommends "$package" 2>/dev/null | sed -n 's/^Inst \([^ ]*\).*/\1/p') || true
# shellcheck disable=SC2086
if [ -n "$needed" ] && (cd "$folder/fetched" && apt-get download -q $needed >/dev/null 2>&1); then
  for one in "$folder"/fetched/*.deb; do dpkg -x "$one" "$folder"; done
else
  echo "There is no $package to be had: what needs it is left out. Install $package and run make again." >&2
fi
rm -rf "$folder/fetched"
