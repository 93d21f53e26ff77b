"""How one workspace is put together: settings, addresses of the pages, the entry point of the web server.

Everything that differs between machines is read from the environment, in ``environment.py``, and nowhere else.
"""
