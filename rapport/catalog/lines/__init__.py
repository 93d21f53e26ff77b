"""Lines: what of which a deal is about, at what price. Child rows of a record, so they are versioned with it."""
