"""Finding any record by any part of its names, addresses, numbers and texts, within the actor's rights.

Nouns: SearchEntry (the words of a record, the open ones and those that some role may not see), SearchScope (which
fields of a kind are kept apart, and whether all its entries are there), ways and pieces (what is looked for, see
``rapport.lib.search_words``). Verbs: ``searching.search`` (the best hits), ``listing.matching`` (the condition of a
list), ``entries.write`` (the one line in the save path), ``rebuilding.rebuild``.

Why it is built this way: docs/decisions/0017.
"""
