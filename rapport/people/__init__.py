"""People and companies: the customer record itself.

Nouns: Person, Company, Affiliation (a person's role at a company, from and to), Identity (an e-mail or phone by
which we know someone), Lifecycle. Create, change, trash and restore are the engine's verbs; finding likely
doubles is in ``queries``.
"""
