"""What happened around a record, as its page tells it."""
