"""Work that does not belong into a request: leased by a worker, with progress, never lost by a crash."""
