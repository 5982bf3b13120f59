"""Order what was found: the same for every database engine; nothing here sees a database."""
