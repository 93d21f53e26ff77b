"""What people typed into a composer and have not saved yet (they read “Draft”), kept here and never in the browser.

Verbs: ``keeping.keep``, ``keeping.drop``, ``keeping.kept``. Erased with its record or its user, and after 30 days.
"""
