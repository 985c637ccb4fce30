# Makes sure that the tests find nginx: the machine's own, else Debian's in a folder of .venv, where it starts no service.
# Run from the project's root.
set -eu

PATH="$PATH:/usr/sbin"
folder=.venv/nginx
command -v nginx >/dev/null || [ -x "$folder/usr/sbin/nginx" ] && exit 0
echo "Fetching what the test of the proxy needs: nginx"
rm -rf "$folder" && mkdir -p "$folder/fetched"
[ "$(id -u)" -ne 0 ] || apt-get update -qq </dev/null || true
if (cd "$folder/fetched" && apt-get download -q nginx >/dev/null 2>&1); then
  dpkg -x "$folder"/fetched/nginx_*.deb "$folder"
else
  echo "There is no nginx to be had: the tests behind a proxy are left out. Install nginx and run make again." >&2
fi
rm -rf "$folder/fetched"
