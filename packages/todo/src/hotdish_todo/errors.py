"""What can go wrong, as exceptions whose message says what to do next."""


class TodoError(Exception):
    """Base of every error of this package; the command prints its message and ends."""

    exit_code = 1


class UnreadableInputError(TodoError):
    """An input is missing, foreign, damaged or of an unknown version."""

    exit_code = 2


class FormatError(UnreadableInputError):
    """Bytes of a browser's database do not follow the format."""


class UsageError(TodoError):
    """A command was called in a way that cannot work."""

    exit_code = 2


class RemoteError(TodoError):
    """A server refused a request or could not be reached."""


class OutputError(TodoError):
    """A file could not be written."""
