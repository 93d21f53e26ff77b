"""Rights and the query language: who sees what, and how people ask for it. One room, because roles may hold filters."""
