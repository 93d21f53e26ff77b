"""Rules that hold for every registered object, role and page: parametrised over the registry, never written twice."""
