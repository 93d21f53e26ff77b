"""Who is there twice: finding pairs of people and of companies that may be one, and deciding about them.

``profiles`` makes comparable what is stored, ``blocking`` says which two are worth comparing, ``weighing`` how likely
they are one and why, ``running`` does it for all of a kind, ``queue`` is what people look at and decide.
"""
