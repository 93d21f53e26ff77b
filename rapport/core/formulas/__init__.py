"""Formulas: values that follow from others, in a small language with one meaning, in Python and in SQL.

``parsing`` makes a tree of a text, ``checking`` finds the fields and gives every part its kind, ``evaluating`` says in
plain Python what a formula means, ``sql`` says the same to either database, ``fields`` are the fields that hold one.
"""
