"""From the stores of a backup to the model, whatever names the source uses."""

from hotdish_todo.mapping.assembling import NO_LIST, map_backup

__all__ = ["NO_LIST", "map_backup"]
