"""A citation says who, when, what, which version and where, in each form, whatever characters are in it."""

from __future__ import annotations

import json
import re
from datetime import date

from publisher.web import Site
from publisher.web.citing import Citation, bibtex, csl, in_words

HARD = Citation(
    publisher=r"Bureau {A} & B_C",
    title=r"100 % \ groen: #1 ~ $5 ^ é",
    iri="https://tiny.example/id/concept/x/ïj_%20{a}",
    kind="entry-dictionary",
    language="nl",
    container="Jaargetijden",
    version="1.0.0",
    date=date(2026, 11, 23),
)


def fields(entry: str) -> dict[str, str]:
    """The fields of one BibTeX entry, found by counting braces as BibTeX does; the key under its type."""
    kind, key, body = re.fullmatch(r"@(\w+)\{([^,]+),\n(.*)\}\n", entry, re.DOTALL).groups()  # type: ignore[union-attr]
    found, rest = {kind: key}, body
    while match := re.match(r"\s*(\w+) = \{", rest):
        depth, place = 1, match.end()
        while depth:
            if rest[place] == "\\":
                place += 1
            else:
                depth += {"{": 1, "}": -1}.get(rest[place], 0)
            place += 1
        found[match[1]] = rest[match.end() : place - 1]
        rest = rest[place:].removeprefix(",")
    assert not rest.strip()
    return found


def test_bibtex_keeps_what_means_something_to_tex(site: Site) -> None:
    entry = fields(bibtex(site, HARD))
    assert entry["title"] == r"{100 \% \textbackslash{} groen: \#1 \textasciitilde{} \$5 \textasciicircum{} é}"
    assert entry["author"] == r"{Bureau \{A\} \& B\_C}"
    assert (entry["version"], entry["year"], entry["date"]) == ("1.0.0", "2026", "2026-11-23")
    assert entry["url"] == "https://tiny.example/id/concept/x/%C3%AFj_%20%7Ba%7D"


def test_bibtex_names_an_entry_in_ascii(site: Site) -> None:
    assert fields(bibtex(site, HARD))["misc"] == "j-20-a-1.0.0"


def test_csl_has_the_same(site: Site) -> None:
    [item] = json.loads(csl(site, HARD))
    assert item["title"] == HARD.title
    assert item["author"] == [{"literal": HARD.publisher}]
    assert item["issued"] == {"date-parts": [[2026, 11, 23]]}
    assert (item["type"], item["version"], item["URL"]) == ("entry-dictionary", "1.0.0", HARD.iri)


def test_words_leave_out_what_nobody_knows(site: Site) -> None:
    bare = Citation(publisher="Redactie", title="Winter", iri="https://x.example/1", kind="dataset", language="nl")
    assert in_words(site, bare) == "Redactie. Winter. https://x.example/1"
    assert "(2026)" in in_words(site, HARD)
    assert "In: Jaargetijden, versie 1.0.0." in in_words(site, HARD)
