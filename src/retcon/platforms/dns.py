"""The one thing that is asked of the domain name system: what a domain says of itself in words."""

from collections.abc import Callable

# The TXT records of a name, asked for so many seconds at most; None where nobody could be asked.
Resolve = Callable[[str, float], tuple[str, ...] | None]


def txt(name: str, seconds: float) -> tuple[str, ...] | None:
    """The TXT records of the name, empty where it has none; None where nobody could be asked."""
    import dns.exception
    import dns.resolver

    try:
        found = dns.resolver.resolve(name, "TXT", lifetime=seconds)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except (dns.exception.DNSException, OSError):
        return None
    return tuple(str(record).replace('" "', "").strip('"') for record in found)
