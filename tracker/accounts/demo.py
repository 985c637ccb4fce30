"""What demo mode tells everybody: one password for all its accounts. Demo mode is reached from its own machine only."""

DEMO_PASSWORD = "cam-ket-2021"  # noqa: S105  # shown on the sign-in page of demo mode, and good nowhere else
