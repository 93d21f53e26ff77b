"""Leads: somebody wants something, and we find out whether a deal may come of it.

A lead points to a person and a company and copies neither. ``scoring`` says how promising it is and why, ``routing``
whose it is and why; ``convert`` makes a deal of it.
"""
