"""What is only in memory stays there: memory that DuckDB takes is cleared first, and no process leaves a core file.

DuckDB fills the unused ends of the blocks that it writes with whatever lay in that memory before (duckdb issue 23382).
Found by running it: after a wave's ballots and boxes had been left out of a new file, pieces of them stood in it all
the same, in about every third run. DuckDB's own allocator clears memory when it is told to before it is loaded.
"""

import ctypes
import os
import signal
import sys

_SETTING = "DUCKDB_JE_MALLOC_CONF"
_DEATH_SIGNAL, _GET_DUMPABLE, _SET_DUMPABLE = 1, 3, 4  # PR_SET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE of prctl(2)


def clear_what_duckdb_takes() -> None:
    """Asks DuckDB's allocator to hand out zeros. Has an effect only before `import duckdb` in this process."""
    asked = os.environ.get(_SETTING, "")
    if "zero:true" not in asked:
        os.environ[_SETTING] = f"{asked},zero:true".lstrip(",")


def is_cleared() -> bool | None:
    """Whether it took: False where DuckDB was imported first, None where this build has another allocator."""
    import _duckdb  # noqa: PLC0415  loading it must come after the setting

    library = ctypes.CDLL(_duckdb.__file__)
    if not hasattr(library, "duckdb_je_mallctl"):
        return None
    value, size = ctypes.c_bool(), ctypes.c_size_t(ctypes.sizeof(ctypes.c_bool))
    failed = library.duckdb_je_mallctl(b"opt.zero", ctypes.byref(value), ctypes.byref(size), None, ctypes.c_size_t(0))
    return None if failed else value.value


def leave_no_core() -> None:
    """No core file of this process, and no other process of the same user may read its memory or its environment.

    For every process that reads a key or a passphrase, before it does.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  not on every system

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # a core that is piped to a crash reporter ignores the limit; this it does not
        ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def end_with_parent() -> None:
    """This process is killed when the one that started it ends, however that ends. Has an effect on Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


def leaves_no_core() -> bool | None:
    """Whether that holds in this process; None where the system cannot be asked."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415  not on every system

    limited = resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
    return limited and (sys.platform != "linux" or not ctypes.CDLL(None).prctl(_GET_DUMPABLE, 0, 0, 0, 0))
