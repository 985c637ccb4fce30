"""Signing with somebody else's machine: a provider that keeps the key, a program beside the signer."""
