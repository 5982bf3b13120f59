"""What a server does about memory, which it keeps for as long as it lives.

The functions of glibc are described at https://man7.org/linux/man-pages/man3/mallopt.3.html; where
there is another C library, nothing is changed.
"""

import ctypes
import gc
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # as in malloc.h
# Bytes. A question takes arrays of some megabytes; were they given back to the system after each,
# getting them anew would take as long as the rest of it.
_KEPT_FREE = 4 * 1024 * 1024


def share_one_heap() -> None:
    """Let all threads use one heap, whose free end goes back to the system: 10 MB less.

    One thread runs Python at a time, so they would hardly use several heaps at once. To be called
    before there are threads.
    """
    _call_glibc("mallopt", _M_ARENA_MAX, 1)
    _call_glibc("mallopt", _M_TRIM_THRESHOLD, _KEPT_FREE)
    _call_glibc("mallopt", _M_MMAP_THRESHOLD, _KEPT_FREE)


def settle() -> None:
    """Collect garbage once, and leave what remains out of all later collections.

    A collection looks at every object that may ever become garbage, and pauses all searches
    meanwhile.
    """
    gc.collect()
    gc.freeze()
    give_back()


def give_back() -> None:
    """Give free memory back to the system, which glibc would keep."""
    _call_glibc("malloc_trim", 0)


def _call_glibc(name: str, *arguments: int) -> None:
    function = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    if function is not None:
        function(*arguments)
