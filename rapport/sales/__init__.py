"""Sales: what may be bought, by whom, how far it has come, and what it is worth.

Nouns: Lead, Pipeline, Stage, Deal, StageChange. Verbs: ``make_lead``, ``convert_lead``, ``disqualify_lead``,
``take_on_lead``; ``move_deal``, ``win_deal``, ``lose_deal``, ``reopen_deal``. A stage
says in its row what it asks for; every door obeys it, as all of them save through ``deals/saving.py``.
"""
