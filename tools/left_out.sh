# Prints what pytest is to leave out, because a program that it needs is nowhere to be had (tools/unpacked.sh says so).
set -eu
PATH="$PATH:/usr/sbin"

without() { # FOLDER PROGRAM TEST...
  ! command -v "${2##*/}" >/dev/null && [ ! -e ".venv/$1/$2" ] || return 0
  shift 2
  for test in "$@"; do echo "--ignore=$test"; done
}

without nginx usr/sbin/nginx tests/faults/test_behind_nginx.py tests/faults/test_operating_page.py
without poppler usr/bin/pdfsig tests/jobs/test_seal_read_by_others.py
without softhsm usr/bin/softhsm2-util tests/jobs/test_seal_on_a_token.py
