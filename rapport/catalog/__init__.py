"""What the house sells: products, what they cost whom, and the lines of a deal (later of quotes and orders).

``products`` are the things, ``prices`` the lists with their quantity breaks, ``lines`` what stands on a deal,
``discounts`` who may give how much. What lines come to is reckoned in :mod:`rapport.lib.reckoning`.
"""
