"""Accepted figures that are opened again: asked for by a head, or by a named decision."""
