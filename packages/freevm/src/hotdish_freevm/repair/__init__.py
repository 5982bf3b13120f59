"""The repair: a plan, a journal, and a reconcile that may be killed at any moment."""
