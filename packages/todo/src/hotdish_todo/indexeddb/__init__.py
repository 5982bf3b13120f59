"""Read IndexedDB databases from the files of Chromium and Firefox, without the browser."""

from hotdish_todo.indexeddb.opening import is_store, open_databases

__all__ = ["is_store", "open_databases"]
