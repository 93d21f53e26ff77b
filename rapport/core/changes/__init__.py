"""Undo: an act is taken back as a whole, except where somebody has changed the same values since."""
