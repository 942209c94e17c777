"""The keys of waves: small files beside the database, and never in it.

Whoever holds the database and not this folder can neither tell who holds which ballot nor open a box. Destroying a key
is what makes answers unreadable for good, wherever copies of the database may lie.
"""

import json
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from data.records import Problem


class KeyFolder:
    """A folder (0700) with one file (0600) per wave: a JSON object, name of the key → its bytes in hexadecimal.

    Names in use: 'pulse' and 'network' (links), 'box' (private half). A value of zeros only is a key that was
    overwritten and counts as gone: keys are overwritten in place before the file is replaced, so that killing the
    process at any moment costs no other key and leaves no readable one behind.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def beside(cls, database: Path) -> "KeyFolder":
        """'rapport.duckdb' has its keys in 'rapport.duckdb.keys'."""
        return cls(database.with_name(database.name + ".keys"))

    def keep(self, wave_id: str, keys: Mapping[str, bytes]) -> None:
        """Keeps keys of a wave, beside those it has; when this returns they are on the disk and have been read back.

        Raises ValueError for a key that is kept already with another value, Problem when the folder cannot be written.
        """
        kept = self._kept(wave_id)
        clash = [name for name in keys if kept.get(name, keys[name]) != keys[name]]
        if clash:
            raise ValueError(f"The key '{clash[0]}' of wave {wave_id} is kept already with another value.")
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.path.chmod(0o700)
            self._write(wave_id, {**kept, **keys})
        except OSError as error:
            raise Problem(f"The key folder {self.path} cannot be written: {error.strerror}.") from error
        if self._kept(wave_id) != {**kept, **keys}:
            raise Problem(f"The keys of wave {wave_id} in {self.path} do not read back as they were written.")

    def read(self, wave_id: str) -> dict[str, bytes]:
        """The keys of a wave that are left. Raises Problem when there is none, with what that means."""
        keys = self._kept(wave_id)
        if not keys:
            raise Problem(
                f"The key file {self._file(wave_id)} is missing. Without it the answers of this wave cannot be opened "
                f"and its links cannot be made again. Put it back from a copy of {self.path}, if there is one."
            )
        return keys

    def destroy(self, wave_id: str, names: Iterable[str]) -> None:
        """Ends keys for good: overwritten in place, then gone from the file, or the file gone. May be repeated."""
        file = self._file(wave_id)
        self.sweep()
        if not file.exists():
            return
        gone = set(names)
        _overwrite(file, gone)
        left = {name: key for name, key in self._kept(wave_id).items() if name not in gone}
        if left:
            self._write(wave_id, left)
        else:
            file.unlink()
            _sync_folder(self.path)

    def waves(self) -> dict[str, set[str]]:
        """wave_id → names of the keys that are left, of every wave that has one."""
        kept = {file.stem: set(self._kept(file.stem)) for file in sorted(self.path.glob("*.json"))}
        return {wave_id: names for wave_id, names in kept.items() if names}

    def sweep(self) -> None:
        """Clears away what a killed process had half written: it holds keys too."""
        for leftover in self.path.glob("*.new"):
            with leftover.open("r+b") as stream:
                stream.write(bytes(leftover.stat().st_size))
                stream.flush()
                os.fsync(stream.fileno())
            leftover.unlink()

    def _kept(self, wave_id: str) -> dict[str, bytes]:
        file = self._file(wave_id)
        if not file.exists():
            return {}
        return {name: key for name, key in _load(file).items() if any(key)}

    def _write(self, wave_id: str, keys: Mapping[str, bytes]) -> None:
        """All of it under its name, or as before; what it replaces is overwritten first where a key goes with it."""
        self.sweep()
        file = self._file(wave_id)
        fresh = file.with_name(file.name + ".new")
        text = json.dumps({name: keys[name].hex() for name in sorted(keys)})
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
        _sync_folder(self.path)

    def _file(self, wave_id: str) -> Path:
        if not re.fullmatch(r"[A-Za-z0-9_-]+", wave_id):
            raise ValueError(f"wave_id '{wave_id}' cannot name a key file; expected letters, digits, '-' and '_'.")
        return self.path / f"{wave_id}.json"


def _load(file: Path) -> dict[str, bytes]:
    try:
        return {name: bytes.fromhex(key) for name, key in json.loads(file.read_text(encoding="ascii")).items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise Problem(f"The key file {file} cannot be read; expected a JSON object of keys. Restore it.") from error


def _overwrite(file: Path, names: Iterable[str]) -> None:
    """Zeros over the values of these keys, at their places in the file, and on the disk when this returns."""
    text = file.read_bytes()
    with file.open("r+b") as stream:
        for name in names:
            pattern = json.dumps(name).encode() + rb'\s*:\s*"([0-9a-fA-F]*)"'
            for match in re.finditer(pattern, text):
                stream.seek(match.start(1))
                stream.write(b"0" * len(match[1]))
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
