"""Price lists, and the one answer to what something costs whom."""
