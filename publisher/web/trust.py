"""May I rely on this? How a resource stands, in which version, who has read it, and what is promised about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from publisher.namespaces import ADMS, DCT
from publisher.profiles import Profile
from publisher.profiles.status import Status
from publisher.web import memento
from publisher.web.items import status_in
from publisher.web.properties import remarks_on
from publisher.web.reading import Reader, Value
from publisher.web.series import issue_of
from publisher.web.translations import Translation

MEANINGS: Final = {
    Status.CURRENT: "rely_current",
    Status.UNFINISHED: "rely_unfinished",
    Status.DEPRECATED: "rely_deprecated",
    Status.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class Trust:
    """What a reader needs to know before linking to something.

    `meaning` says what the status comes to; `version` is the newest that has it, with its date. `judged` says that
    it has texts of which one would know who read them, `reviews` what the content says of that. `policy` leads to
    what we promise about its address; it is empty for an address that is not ours.
    """

    status: Value | None
    meaning: str
    version: Value | None
    date: Value | None
    changed: Value | None
    judged: bool
    reviews: tuple[Value, ...]
    policy: str


def trust_of(reader: Reader, profile: Profile, path: str, translations: Iterable[Translation]) -> Trust | None:
    """What there is to say about a resource; None for what is in no version."""
    described, words = reader.description, reader.texts
    versions = memento.versions_of(reader.site, path)
    if not versions:
        return None
    newest = issue_of(reader, versions[-1])
    stated = next((reader.status(each) for each in described.objects(ADMS["status"])), None)
    return Trust(
        status=stated,
        meaning=words[MEANINGS[status_in(described)]] if stated else "",
        version=newest.link,
        date=newest.date,
        changed=next((reader.value(each) for each in described.objects(DCT["modified"])), None),
        judged=bool(profile.remarks),
        reviews=tuple(_reviews(reader, profile, translations)),
        policy=reader.site.page("/policy") if reader.site.config.policy.minted(described.iri.value) else "",
    )


def _reviews(reader: Reader, profile: Profile, translations: Iterable[Translation]) -> Iterable[Value]:
    """What editors say of their own text, and how many translations were read by somebody else."""
    yield from remarks_on(reader, profile)
    judged = [each.reviewed for each in translations if each.reviewed is not None]
    if judged:
        words = "labels_reviewed_all" if all(judged) else "labels_reviewed"
        yield Value(reader.say(words, reviewed=sum(judged), total=len(judged)))
