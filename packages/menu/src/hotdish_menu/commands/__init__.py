"""One module for each sub-command: its options, and the calls it makes."""
