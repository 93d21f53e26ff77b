"""Rules about the shape of the code. Who may import whom is checked by ``lint-imports``, style by ruff."""
