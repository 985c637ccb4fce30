"""`python -m tracker.cli …`: the same as `tracker …`, wherever that was installed."""

from tracker.cli import main

main()
