"""The async database of an application: one abstract class, an engine for each backend."""
