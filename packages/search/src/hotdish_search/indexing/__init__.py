"""From a documentation's entries to an index in the database."""
