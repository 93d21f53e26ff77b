"""Measures what one request costs, on a workspace of a million people, against the budgets we promise.

``make bench``, or ``python -m bench --people 1000000 --database sqlite``. The workspace is made once and kept.
"""
