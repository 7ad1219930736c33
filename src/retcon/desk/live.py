"""Going live: what is missing, and the flip; nothing approved in practice ever reaches a customer."""

import os
import tempfile
from pathlib import Path

from retcon.desk.doctor import Check
from retcon.desk.house import House
from retcon.errors import RetconError
from retcon.store import outbox, rehearsal


def checklist(house: House) -> tuple[Check, ...]:
    """What going live takes, each with what is still to do."""
    shop, policy = house.settings.shop, house.settings.policy
    with house.database.read() as tx:
        practised = rehearsal.seen(tx)
        zones_known, customers = rehearsal.zones_known(tx)
        needs = sum(outbox.counts(tx).get(state, 0) for state in ("uncertain", "stale"))
    share = round(100 * zones_known / customers) if customers else 0
    return (
        _point(
            "address",
            bool(shop.address.strip()),
            "Your postal address stands in [shop].",
            "Write address = under [shop].",
        ),
        _channel(house),
        _point(
            "test address",
            bool(policy.test_addresses),
            "Your own address for practice stands in [policy].",
            'Write test_addresses = ["you@…"] under [policy].',
        ),
        _point(
            "test mail",
            practised > 0,
            f"Practice mails that reached you: {practised}.",
            "Approve one action and run: retcon send. Then read it as a customer would.",
        ),
        _point(
            "zones",
            share >= 90,
            f"Time zones known: {share} of 100 customers.",
            "Orders without a country leave at 11:00–15:00 of your own zone.",
        ),
        _point("queue", not needs, f"Messages that need you first: {needs}.", "See: retcon outbox"),
    )


def go_live(house: House) -> int:
    """Write live = true into config.toml and return how many practice actions came back as due."""
    _write_live(house.settings.places.config_file)
    return end_practice(house)


def end_practice(house: House) -> int:
    """Bring back what was approved in practice: its messages never go to a customer, its actions are due again."""
    return house.database.write(lambda tx: rehearsal.end(tx, house.now()))


def _channel(house: House) -> Check:
    if not house.settings.channels:
        return _point("channel", False, "A channel can send.", "Add [channels.email] to config.toml.")
    try:
        return Check(name="channel", ok=True, words=house.channel(house.settings.channels[0].name).check())
    except RetconError as error:
        return Check(name="channel", ok=False, words=error.title, hint=error.hint)


def _point(name: str, ok: bool, words: str, hint: str) -> Check:
    return Check(name=name, ok=ok, words=words, hint=hint)


def _write_live(file: Path) -> None:
    """Set live in the file, comments and order kept; the file is replaced whole or not at all."""
    import tomlkit
    from tomlkit.items import Table

    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
        policy = document.setdefault("policy", tomlkit.table())
        assert isinstance(policy, Table)
        policy["live"] = True
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, unfinished = tempfile.mkstemp(dir=file.parent, prefix=".config")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(tomlkit.dumps(document))
        if file.exists():
            os.chmod(unfinished, file.stat().st_mode & 0o777)
        os.replace(unfinished, file)
    except OSError as error:
        raise RetconError(
            f"{file} cannot be written ({error.strerror}), so retcon is not live.",
            "Write live = true under [policy] there.",
        ) from None
