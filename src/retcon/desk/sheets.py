"""The seller's sheets, a guide to what arrives: files beside config.toml that go with a message about it."""

import mimetypes
from dataclasses import replace

from retcon.desk.house import House
from retcon.model.conversations import File, IncomingFile
from retcon.model.playbook import About, Rule
from retcon.sync import attachments

FOLDER = "sheets"


def attached(house: House, rule: Rule, about: About) -> tuple[About, tuple[File, ...], str]:
    """What the message is about, with the sheet where one goes with it; the sheet; why there is none, in a sentence.

    It goes with the word on a first arrival, and with whatever needs `product.sheet`. What isn't there isn't spoken of.
    """
    article = about.article
    if article is None or not article.sheet:
        return about, (), ""
    without = replace(about, article=replace(article, sheet=""))
    if rule.trigger != "first_delivery" and "product.sheet" not in rule.needs:
        return without, (), ""
    file = house.settings.places.config / FOLDER / article.sheet
    try:
        content = file.read_bytes()
    except OSError:
        return without, (), f"{FOLDER}/{article.sheet} isn't there, so nothing is attached."
    if len(content) > attachments.LARGEST:
        most = attachments.LARGEST // 10**6
        return without, (), f"{FOLDER}/{article.sheet} has more than {most} MB, so it isn't attached."
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    given = IncomingFile(name=file.name, media_type=media_type, size=len(content), content=content)
    return about, attachments.keep(house.files, [given]), ""
