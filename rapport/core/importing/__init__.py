"""Import: a table file becomes records, line by line, and every line says what became of it."""
