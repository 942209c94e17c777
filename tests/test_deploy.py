"""What deploy/ says is what happens: the service and the container start, answer, say nothing, and stop in peace."""

import configparser
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

DEPLOY = Path(__file__).parents[1] / "deploy"
UNIT, CONTAINER = DEPLOY / "rapport.service", DEPLOY / "Containerfile"


def unit() -> dict[str, list[str]]:
    """The lines of the service, by name."""
    file = configparser.RawConfigParser(strict=False, dict_type=Lines)
    file.optionxform = str
    file.read_string(UNIT.read_text(encoding="utf-8"))
    return {name: value.split("\n") for name, value in file["Service"].items()}


class Lines(dict):
    """Keeps what a file says twice under one name."""

    def __setitem__(self, name, value):
        if isinstance(value, list) and name in self:
            value = [*self[name], *value]
        super().__setitem__(name, value)


def of_service() -> tuple[list[str], dict[str, str]]:
    """What the service carries out, and with which settings."""
    program, *words = unit()["ExecStart"][0].split()
    assert program.endswith("/.venv/bin/rapport")
    return [sys.executable, "-m", "dashboard", *words], dict(line.split("=", 1) for line in unit()["Environment"])


def of_container() -> tuple[list[str], dict[str, str]]:
    """What the container carries out, and with which settings; at loopback, as long as this is a test."""
    text = CONTAINER.read_text(encoding="utf-8")
    program, *words = json.loads(re.search(r"^CMD (.*)$", text, re.MULTILINE)[1])
    assert program == "python"
    settings = dict(line.split("=", 1) for line in re.findall(r"^ENV (.*)$", text, re.MULTILINE))
    return [sys.executable, *(word.replace("0.0.0.0", "127.0.0.1") for word in words)], settings  # noqa: S104


@pytest.mark.parametrize("told", [of_service, of_container])
def test_it_starts_answers_prints_no_link_and_stops_in_peace(told, tmp_path):
    command, settings = told()
    assert settings["RAPPORT_DB"] == "/var/lib/rapport/rapport.duckdb"
    assert settings["RAPPORT_URL"].startswith("https://")
    settings |= {"RAPPORT_DB": str(tmp_path / "rapport.duckdb"), "PYTHONPATH": str(DEPLOY.parent)}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*command, "--port", str(port)],
        env=os.environ | settings,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        assert ready(address, server)
        answer = httpx2.get(f"{address}/signin")
        assert (answer.status_code, "max-age" in answer.headers["strict-transport-security"]) == (200, True)
        server.send_signal(signal.SIGTERM)
        said, troubled = server.communicate(timeout=30)
    finally:
        server.kill()
    assert server.returncode == 0
    assert troubled == ""
    assert "/signin#" not in said
    assert "rapport people sign-in --administrator" in said


def ready(address: str, server: subprocess.Popen) -> bool:
    end = time.monotonic() + 90
    while time.monotonic() < end and server.poll() is None:
        try:
            return httpx2.get(f"{address}/ready", timeout=10).status_code == 200
        except httpx2.TransportError:
            os.sched_yield()
    return False


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze on this machine")
def test_systemd_understands_every_line(tmp_path):
    here = tmp_path / "rapport.service"
    here.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/rapport/.venv/bin/rapport", sys.executable))
    checked = subprocess.run(["systemd-analyze", "verify", here], capture_output=True, text=True, check=False)
    assert [line for line in checked.stderr.splitlines() if "rapport.service" in line] == []


def test_what_the_service_leaves_on_disk_is_for_its_user_alone():
    said = unit()
    assert (said["StateDirectory"], said["StateDirectoryMode"], said["UMask"]) == (["rapport"], ["0700"], ["0077"])
    assert (said["LimitCORE"], said["ProtectSystem"]) == (["0"], ["strict"])


def test_the_container_holds_the_program_and_what_is_locked_and_nothing_else():
    copied = re.findall(r"^COPY (\S+)", CONTAINER.read_text(encoding="utf-8"), re.MULTILINE)
    assert copied == ["requirements.lock", "analytics", "dashboard", "data", "surveys"]
    assert "--require-hashes --requirement requirements.lock" in CONTAINER.read_text(encoding="utf-8")


def test_no_proxy_that_is_described_keeps_a_line_of_a_visit():
    [nginx] = re.findall(
        r"server \{.*?^\}", (DEPLOY / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert "access_log off;" in nginx
    assert "log" not in nginx.replace("access_log off;", "").replace("error_log /dev/null crit;", "")
