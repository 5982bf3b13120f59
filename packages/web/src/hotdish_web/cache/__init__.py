"""The response cache: what routes answer, kept as bytes and shared by all workers."""
