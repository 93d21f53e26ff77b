"""Tags: short words people put on any record."""
