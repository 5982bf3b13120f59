"""Everything out of Microsoft To Do, nothing lost."""
