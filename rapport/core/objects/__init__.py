"""One declaration per object: the specification, the registry that holds it, and the save path that obeys it."""
