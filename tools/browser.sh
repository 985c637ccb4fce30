# Makes sure that the browser tests find Chromium. Run from the project's root.
set -eu

command -v chromium >/dev/null || sh tools/apt.sh "Chromium (for the browser tests)" chromium fonts-noto-core
