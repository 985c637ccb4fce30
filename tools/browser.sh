# Makes sure that the browser tests find Chromium, and all that it and its driver need. Run from the project's root.
set -eu

missing=
command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || missing="chromium-headless-shell fonts-noto-core"
# The driver brings a Node of its own, and this a need that Chromium has not: seen by whether it starts.
.venv/bin/python -m playwright --version >/dev/null 2>&1 || missing="$missing libatomic1"
[ -z "$missing" ] || sh tools/apt.sh "What the browser tests need" $missing
