"""The one exception that every expected failure of hotdish-search is."""


class HotdishSearchError(Exception):
    """Something the user can mend; its message says what happened and what to do."""
