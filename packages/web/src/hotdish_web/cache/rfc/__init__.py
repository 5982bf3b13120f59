"""`mode="rfc"`: a shared cache that does what the origin's headers say, by RFC 9111."""
