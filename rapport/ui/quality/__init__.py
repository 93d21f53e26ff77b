"""The screens of data quality: how good the data is, what the checks found, and mending it on the spot."""
