"""Verification for everybody."""
