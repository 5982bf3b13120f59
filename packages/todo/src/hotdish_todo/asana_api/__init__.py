"""Send a backup to Asana over its API: planned first, resumable at any moment."""

from hotdish_todo.asana_api.client import AsanaClient
from hotdish_todo.asana_api.journal import Journal
from hotdish_todo.asana_api.plan import Destination, Item, plan_items
from hotdish_todo.asana_api.sending import n_requests, send

__all__ = ["AsanaClient", "Destination", "Item", "Journal", "n_requests", "plan_items", "send"]
