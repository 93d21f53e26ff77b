"""Who works here: tables only. ``User``, ``Team`` (a tree), ``Role`` (levels per object and action) and the
``Actor`` made of them. What people do with accounts are verbs of ``workspace``.
"""
