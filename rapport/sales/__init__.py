"""Sales: what may be bought, by whom, how far it has come, and what it is worth.

Nouns: Pipeline, Stage, Deal, StageChange. Verbs: ``move_deal``, ``win_deal``, ``lose_deal``, ``reopen_deal``. A stage
says in its row what it asks for; every door obeys it, as all of them save through ``deals/saving.py``.
"""
