"""Plans a start with administrator rights, in the way each system has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hotdish_menu.errors import PlanError

if TYPE_CHECKING:
    from hotdish_menu.launch_plan import LaunchPlan
    from hotdish_menu.model import Item


def elevated(item: Item, planned: LaunchPlan) -> LaunchPlan:
    """Put what asks for administrator rights before a plan.

    Raises:
        PlanError: the item needs something that does not get through to an administrator.
    """
    if planned.secret_variables:
        msg = (
            f"{item.label!r} asks for a password and runs as administrator, where it cannot be "
            "handed over unseen. Let the script ask for it"
        )
        raise PlanError(msg)
    if planned.platform == "windows":
        if planned.env:
            msg = (
                f"{item.label!r} runs as administrator, where Windows passes on no environment "
                "variables. Hand answers over as {name} in ScriptArguments, and leave Env empty"
            )
            raise PlanError(msg)
        note = (
            "Windows asks for permission and opens a window of its own; its output is not seen here"
        )
        return replace(planned, mode="window", is_elevated=True, notes=(*planned.notes, note))
    settings = [f"{name}={value}" for name, value in planned.env.items()]
    argv = ("env", *settings, *planned.argv) if settings else planned.argv
    if planned.platform == "macos":
        return replace(planned, mode="window", is_elevated=True, argv=("sudo", "--", *argv))
    # pkexec starts in root's home; the shell only goes back to where the item belongs.
    return replace(
        planned,
        is_elevated=True,
        argv=("pkexec", "sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", planned.cwd, *argv),
    )
