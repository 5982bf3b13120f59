"""Is the free Azure VM really free? Rules, money, and a repair that survives being killed."""
