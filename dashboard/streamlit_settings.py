"""Streamlit's settings that protect people, whatever a file or the environment says.

Streamlit keeps the settings of a process in one global place. The look stays in `.streamlit/config.toml` beside the
pages.
"""

import logging
from pathlib import Path

from streamlit import config, logger
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager

from dashboard import context

MAIN = Path(__file__).with_name("main.py")

PROTECTING: dict[str, object] = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "global.developmentMode": False,
    "logger.level": "warning",
    "logger.hideWelcomeMessage": True,
    "runner.magicEnabled": False,
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": 2,
    "server.scriptHealthCheckEnabled": False,
    "server.trustedUserHeaders": context.TRUSTED_HEADERS,
}
"""Streamlit's settings that a promise rests on. `rapport doctor` compares them with what holds."""


def configure() -> None:
    """Have Streamlit read the settings beside the pages, whatever folder it was started in, and set ours over them."""
    elsewhere = config._main_script_path != str(MAIN)  # noqa: SLF001  what `streamlit run` sets; nothing public does
    config._main_script_path = str(MAIN)  # noqa: SLF001
    config.get_config_options(force_reparse=elsewhere)
    for name, value in PROTECTING.items():
        config.set_option(name, value, "rapport")
    # Until main.py has run once, Streamlit would take each file in pages/ for a page that runs by itself.
    PagesManager.uses_pages_directory = False
    # No page has a part that another package brings; to look for some, each start would read about all there are.
    manifest_scanner.scan_component_manifests = lambda max_workers=None: []  # noqa: ARG005  Streamlit's name for it
    logger.setup_formatter = _hand_on  # type: ignore[assignment]  # its argument is named otherwise there
    logger.update_formatter()
    logger.set_log_level("warning")  # also of uvicorn, which Streamlit has write more as soon as it is loaded


def _hand_on(log: logging.Logger) -> None:
    """Have a logger of Streamlit's, each of which writes by itself, write as all others do."""
    log.handlers.clear()
    log.propagate = True
