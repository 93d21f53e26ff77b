"""Products: what can be sold, alone, in variants or bundled."""
