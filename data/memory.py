"""Memory that DuckDB takes is cleared first, so that nothing forgotten comes back to the disk.

DuckDB fills the unused ends of the blocks that it writes with whatever lay in that memory before (duckdb issue 23382).
Found by running it: after a wave's ballots and boxes had been left out of a new file, pieces of them stood in it all
the same, in about every third run. DuckDB's own allocator clears memory when it is told to before it is loaded.
"""

import ctypes
import os

_SETTING = "DUCKDB_JE_MALLOC_CONF"


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
