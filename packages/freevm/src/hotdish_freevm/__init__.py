"""Is the free Azure VM really free?"""
