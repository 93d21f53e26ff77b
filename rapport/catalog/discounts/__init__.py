"""How much discount somebody may give, and what happens above that."""
