# Makes sure that the tests find nginx: the machine's own, else Debian's in a folder of .venv, where it starts no service.
# Run from the project's root.
set -eu

PATH="$PATH:/usr/sbin"
folder=.venv/nginx
command -v nginx >/dev/null || [ -x "$folder/usr/sbin/nginx" ] && exit 0
if ! command -v apt-get >/dev/null; then
  echo "What the test of the proxy needs is missing: install nginx and run make again." >&2
  exit 1
fi
echo "Fetching what the test of the proxy needs: nginx"
rm -rf "$folder" && mkdir -p "$folder/fetched"
[ "$(id -u)" -ne 0 ] || apt-get update -qq </dev/null
(cd "$folder/fetched" && apt-get download -q nginx >/dev/null 2>&1)
dpkg -x "$folder"/fetched/nginx_*.deb "$folder"
rm -rf "$folder/fetched"
