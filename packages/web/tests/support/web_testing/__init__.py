"""What the tests of the cache stand on: a store that can be ill, and a clock that jumps."""
