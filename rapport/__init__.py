"""Rapport: sales, marketing, service, commerce and loyalty on one customer record with one history.

``lib`` and ``accounts`` carry ``core`` (the engine), ``ui`` draws it, the business packages
(``people``, ``activities``, …) declare their objects to it, ``web`` and ``cli`` open the doors.
"""

__version__ = "0.1.0"
