"""Attacks on the product: what must not happen, tried. Everything stays on this machine."""
