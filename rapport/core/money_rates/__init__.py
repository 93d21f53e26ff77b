"""What other currencies are worth in the currency of the house, as people have entered it."""
