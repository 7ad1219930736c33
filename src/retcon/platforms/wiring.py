"""What a source or a channel is handed when it is opened."""

import ipaddress
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retcon.clock import Clock
from retcon.config import ShopSettings
from retcon.frozen import dataclass
from retcon.platforms import dns

if TYPE_CHECKING:
    import httpx

# Opens a TCP connection to (host, port) within so many seconds; raises OSError.
Connect = Callable[[str, int, float], socket.socket]


def connect(host: str, port: int, seconds: float) -> socket.socket:
    """A TCP connection to the host itself."""
    return socket.create_connection((host, port), timeout=seconds)


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by its name or number."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True)
class Transports:
    """The one seam to the network: the demo and the tests put their own in."""

    http: "httpx.BaseTransport | None" = None  # None: httpx's own
    connect: Connect = connect
    txt: dns.Resolve = dns.txt


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """All that one source or channel knows of the world. `secret(field)` raises RetconError where it is nowhere."""

    name: str  # NAME of [sources.NAME] or [channels.NAME]
    settings: Any  # the kind's own Settings
    shop: ShopSettings
    secret: Callable[[str], str]
    transports: Transports
    clock: Clock
    sleep: Callable[[float], None]
    folder: Path = Path()  # of config.toml: where relative paths in settings begin
    account: Any = None  # the settings of the source that `account` names, where a channel shares one's credentials
    own: tuple[str, ...] = ()  # the shop's own e-mail addresses, as the channels of config.toml name them
