"""config.toml is read whole or refused whole, every mistake with its line and what is allowed."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from retcon import config
from retcon.config import Places, Plugin, Settings, setting
from retcon.errors import ConfigError, RetconError


@dataclass(frozen=True, kw_only=True)
class _Shop:
    url: str = setting(help="where it is", allowed="an http(s) address", check=config.is_url)
    timeout: int = setting(30, help="seconds")
    from_: str = setting("", help="who writes")


def _load(tmp_path: Path, text: str) -> Settings:
    where = config.places(tmp_path)
    where.config_file.write_text(text, encoding="utf-8")
    return config.load(where, lambda section, kind: _Shop if kind == "shop" else None, lambda section: ["shop"])


def _mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, text)
    return [str(mistake).removeprefix(str(tmp_path) + "/") for mistake in caught.value.mistakes]


def test_without_a_file_the_defaults_stand(tmp_path: Path) -> None:
    settings = config.load(config.places(tmp_path), lambda *_: None, lambda _: [])
    assert settings.policy.live is False
    assert settings.policy.cap_per_week == 2
    assert settings.sources == ()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    settings = _load(
        tmp_path,
        """
[shop]
name = "Northlight Goods"
timezone = "Europe/Berlin"

[sources.woo]
kind = "shop"
url = "https://shop.example"
from = "hello@shop.example"

[policy]
test_addresses = ["me@shop.example"]

[transit]
US = 12

[keys]
approve = "f2"
""",
    )
    assert settings.shop.timezone == "Europe/Berlin"
    assert settings.sources[0].kind == "shop"
    assert settings.sources[0].settings == _Shop(url="https://shop.example", from_="hello@shop.example")
    assert settings.policy.test_addresses == ("me@shop.example",)
    assert settings.transit == {"US": 12}
    assert settings.keys == {"approve": "f2"}


def test_practice_has_an_address_on_each_medium(tmp_path: Path) -> None:
    policy = _load(
        tmp_path, '[policy]\ntest_addresses = ["telegram:-900", "Me <me@shop.example>", "telegram:1"]'
    ).policy
    assert policy.test_address("email") == "Me <me@shop.example>"
    assert policy.test_address("telegram") == "-900"
    assert policy.test_address("line") is None


@pytest.mark.parametrize("written", ["telegram:", "me", "email:me", "telegram: 900", "Telegram:900", ""])
def test_what_is_no_address_for_practice_is_refused(tmp_path: Path, written: str) -> None:
    (told,) = _mistakes(tmp_path, f'[policy]\ntest_addresses = ["{written}"]')
    assert "such as telegram:700100200" in told


def test_every_mistake_is_told_at_once_with_its_line_and_what_is_allowed(tmp_path: Path) -> None:
    told = _mistakes(
        tmp_path,
        """[shop]
curency = "EUR"
timezone = "Mars/Base"
name = 7

[sources.woo]
kind = "shop"
url = "ftp://shop.example"

[sources.other]
kind = "mail order"

[policy]
live = "yes"
cap_per_week = 0

[surprise]
""",
    )
    assert [line.split(": ")[0] for line in told] == [
        f"config.toml:{number}" for number in (2, 3, 4, 8, 11, 14, 15, 17)
    ]
    assert "curency is unknown. Allowed: name, currency, timezone" in told[0]
    assert "Mars/Base" in told[1]
    assert "an IANA zone" in told[1]
    assert "shop.name is a number. Allowed: text in quotes." in told[2]
    assert "an http(s) address" in told[3]
    assert "Allowed: shop." in told[4]
    assert "policy.live is text. Allowed: true or false." in told[5]
    assert "1 to 50" in told[6]
    assert "[surprise] is unknown" in told[7]


def test_what_is_missing_names_the_table(tmp_path: Path) -> None:
    assert _mistakes(tmp_path, '\n[sources.woo]\nkind = "shop"\n') == [
        "config.toml:2: sources.woo: url is missing. It is where it is."
    ]


@pytest.mark.parametrize("text", ["shop", "[shop", 'name = "x', "[shop]\n[shop]"])
def test_what_is_no_toml_is_said_with_its_line(tmp_path: Path, text: str) -> None:
    (told,) = _mistakes(tmp_path, text)
    assert told.startswith("config.toml")
    assert "TOML is expected" in told


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="not UTF-8"):
        config.load(config.places(tmp_path), lambda *_: None, lambda _: [])


_WOO = Plugin(section="sources", name="my-woo", kind="shop", settings=None)


def _secret_file(where: Places, rights: int) -> None:
    where.secrets_file.write_text('[sources.my-woo]\nconsumer_key = "ck_file"\n', encoding="utf-8")
    os.chmod(where.secrets_file, rights)


def test_a_secret_comes_from_the_environment_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = config.places(tmp_path)
    _secret_file(where, 0o600)
    assert config.secret(where, _WOO, "consumer_key") == "ck_file"
    monkeypatch.setenv("RETCON_SECRET_SOURCES_MY_WOO_CONSUMER_KEY", "ck_environment")
    assert config.secret(where, _WOO, "consumer_key") == "ck_environment"
    assert config.secret(where, _WOO, "consumer_secret") is None


def test_a_secret_comes_from_the_keyring_before_the_file(tmp_path: Path) -> None:
    import keyring
    from keyring.backend import KeyringBackend

    class Ring(KeyringBackend):
        priority = 1.0  # type: ignore[assignment]

        def get_password(self, service: str, username: str) -> str | None:
            return "ck_ring" if (service, username) == ("retcon", "sources.my-woo.consumer_key") else None

        def set_password(self, service: str, username: str, password: str) -> None: ...
        def delete_password(self, service: str, username: str) -> None: ...

    before = keyring.get_keyring()
    keyring.set_keyring(Ring())
    try:
        where = config.places(tmp_path)
        _secret_file(where, 0o600)
        assert config.secret(where, _WOO, "consumer_key") == "ck_ring"
    finally:
        keyring.set_keyring(before)


def test_secrets_that_others_can_read_are_refused(tmp_path: Path) -> None:
    where = config.places(tmp_path)
    _secret_file(where, 0o644)
    with pytest.raises(RetconError, match="chmod 600"):
        config.secret(where, _WOO, "consumer_key")


def test_everything_lies_under_the_home_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETCON_HOME", str(tmp_path / "elsewhere"))
    assert config.places().database == tmp_path / "elsewhere" / "retcon.db"
    assert config.places(tmp_path / "named").config_file == tmp_path / "named" / "config.toml"


def test_a_table_within_a_table_is_read_and_its_mistakes_are_told_with_their_line(tmp_path: Path) -> None:
    read = _load(tmp_path, "[retention]\nhorizon_days = 30\n[retention.tiers]\nvip = 1000\n").retention
    assert (read.horizon_days, read.tiers.vip, read.tiers.high) == (30, 1000, 0)
    told = _mistakes(tmp_path, "[retention.tiers]\nvip = -1\nbest = 3\n")
    assert told == [
        "config.toml:2: retention.tiers.vip = -1 is not allowed. Allowed: 0 or more.",
        "config.toml:3: retention.tiers: best is unknown. Allowed: vip, high.",
    ]
    assert _mistakes(tmp_path, "[retention]\ntiers = 5\n") == [
        "config.toml:2: retention.tiers is no table. Write [retention.tiers]."
    ]
