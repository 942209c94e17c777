"""Where a wave is announced: Slack, Teams and whatever else the library apprise speaks to.

The address of a channel is a secret: whoever has it can post there. So a channel is called by its kind, and what the
library or a server says of one is neither passed on nor logged.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from data.records import Problem

if TYPE_CHECKING:  # an extra, which need not be there
    from apprise import NotifyBase

QUIET = {"apprise": logging.CRITICAL + 1, "urllib3": logging.WARNING, "oauthlib": logging.WARNING,
         "requests_oauthlib": logging.WARNING}  # fmt: skip
"""From what on libraries may write into a log. What they write below may hold an address."""


@dataclass(frozen=True)
class Channel:
    """One place to post to."""

    name: str
    """Its kind, and a number from the second of a kind on: 'slack', 'slack 2'."""
    _there: "NotifyBase" = field(repr=False)

    def post(self, title: str, text: str) -> bool:
        """Post a message; whether it was taken."""
        from apprise import NotifyFormat  # noqa: PLC0415  an extra

        try:
            return bool(self._there.notify(body=text, title=title, body_format=NotifyFormat.TEXT))
        except Exception:  # noqa: BLE001  the library has a module a kind; what one raises may hold the address
            return False


def channels(addresses: Sequence[str]) -> list[Channel]:
    """Find the channel of each address. A `Problem` for what is none, and where the library is not installed."""
    try:
        from apprise import Apprise, AppriseAsset  # noqa: PLC0415  an extra
    except ImportError:
        raise Problem(
            "Announcing needs the extra 'messages', which is not installed: expected apprise (pip install "
            "'rapport[messages]')."
        ) from None
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
    # without its own pictures, which whoever reads the message would load from elsewhere
    asset = AppriseAsset(app_id="Rapport", app_desc="Rapport", app_url="", image_url_mask="", image_url_logo="")
    found: list[Channel] = []
    kinds: Counter[str] = Counter()
    for number, address in enumerate(addresses, start=1):
        there = Apprise.instantiate(address, asset=asset)
        if there is None:
            raise Problem(
                f"Channel {number} of {len(addresses)} in RAPPORT_MESSAGES is no address that apprise knows; expected "
                f"one such as slack://TokenA/TokenB/TokenC."
            )
        kind = address.partition("://")[0].lower()
        kinds[kind] += 1
        found.append(Channel(kind if kinds[kind] == 1 else f"{kind} {kinds[kind]}", there))
    return found
