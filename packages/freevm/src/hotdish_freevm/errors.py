"""What can go wrong, as exceptions that tell the next step."""


class FreeVmError(Exception):
    """Base of everything this package raises on purpose."""


class InputError(FreeVmError):
    """An input that cannot be read, or is something else than what is checked here."""


class PriceError(FreeVmError):
    """A price file that cannot be read, or a price service that does not answer."""


class RefusedError(FreeVmError):
    """A repair that would be wrong, so nothing was touched."""


class AzureError(FreeVmError):
    """Azure refused a request, or could not be reached.

    `status` is the HTTP status (0 where there was no answer), `code` Azure's own word for it.
    """

    def __init__(self, message: str, status: int = 0, code: str = "") -> None:
        """Keep what a caller needs to decide whether to try again."""
        super().__init__(message)
        self.status = status
        self.code = code


class RepairFailedError(FreeVmError):
    """The repair did not succeed, and the VM is as it was: running if it ran before."""


class VmStoppedError(FreeVmError):
    """The repair did not succeed, and the VM could not be started again."""
