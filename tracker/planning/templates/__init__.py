"""Templates of targets."""
