"""Async Database dependency and response cache for FastAPI."""
