"""The processes that serve, watched by uvicorn's supervisor."""

from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess


class Workers(Multiprocess):
    """Starts the workers, starts one anew that ends, and hears signals meanwhile.

    uvicorn's supervisor asks each worker for a sign of life through a pipe. It keeps the worker's
    end of it too, so it would wait the whole `timeout_worker_healthcheck` for one that is dead,
    and hear no signal until then.
    """

    @property
    def could_start(self) -> bool:
        """False after a worker ended because the application could not start."""
        return all(process.exitcode != STARTUP_FAILURE for process in self.processes)

    def init_processes(self) -> None:
        """Start all workers."""
        super().init_processes()
        self._leave_pipes()

    def keep_subprocess_alive(self) -> None:
        """Start those anew that have ended."""
        super().keep_subprocess_alive()
        self._leave_pipes()

    def _leave_pipes(self) -> None:
        """Close the ends that belong to the workers: a pipe then ends with its worker."""
        for process in self.processes:
            process.child_conn.close()
