"""What the response cache holds: everything that follows from an index, until it is replaced."""

# Every cached answer carries this tag. When an index is swapped, it is invalidated in all workers,
# so an answer may be kept for as long as the index stands.
INDEX_TAG = "index"
KEPT = "1d"
