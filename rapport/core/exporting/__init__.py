"""Export: what an actor may see of a list, as CSV, XLSX or JSON Lines, written while it is read."""
