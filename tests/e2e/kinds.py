"""Every kind of page of the site, one a line: a new kind of page is a row here, and passes all gates."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from e2e.places import LANGUAGES, SCRIPTS

SKOS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
NARROWER = SKOS + "SELECT ?broader (COUNT(?c) AS ?number) { ?c skos:broader ?broader } GROUP BY ?broader"
GRAPH = SKOS + "CONSTRUCT { ?c skos:prefLabel ?label } WHERE { ?c skos:prefLabel ?label } LIMIT 20"
LARGE = "/doc/thesaurus"
PART = f"{LARGE}.html?below=http://vocabularies.unesco.org/thesaurus/concept1"
WRONG = SKOS + "SELECT ?concept WHERE {\n  ?concept skos:prefLabel ; }"


@dataclass(frozen=True, slots=True)
class Kind:
    """A page that stands for its kind: where it is, and the status that it has.

    `sample` says how `make test` looks at it, `390 px, fr`; empty: each kind in another way; None: not at all.
    """

    name: str
    place: str
    path: str
    status: int = 200
    languages: tuple[str, ...] = LANGUAGES
    sample: str | None = ""

    def at(self, language: str) -> str:
        """Its address in a language; the first language has the address that links have by themselves."""
        if language == self.languages[0]:
            return self.path
        path, _, query = self.path.partition("?")
        if path.endswith(".html"):
            return f"{path.removesuffix('.html')}.{language}.html" + (f"?{query}" if query else "")
        return f"{path}?{query}&lang={language}" if query else f"{path}?lang={language}"


KINDS = (
    Kind("landing", "content", "/"),
    Kind("scheme", "content", "/doc/conceptscheme/hefboom.html"),
    Kind("list of schemes", "content", "/doc/conceptscheme.html"),
    Kind("lever", "content", "/doc/concept/hefboom/open-innovatie.html"),
    Kind("concept", "content", "/doc/concept/hefboom/crowdsourcing.html"),
    Kind("long words", "content", "/doc/concept/hefboom/hr-beleid-en-organisatieontwikkeling.html"),
    Kind("list of concepts", "content", "/doc/concept.html"),
    Kind("item", "content", "/doc/kennisitem/overheidsopdrachten-voor-innovatie-ppi.html"),
    Kind("list of items", "content", "/doc/kennisitem.html"),
    Kind("theme", "content", "/doc/concept/thema/overheidsopdrachten.html"),
    Kind("organisation", "content", "/doc/organisatie/redactie.html"),
    Kind("dataset", "content", "/doc/dataset/hefbomen.html"),
    Kind("catalogue", "content", "/doc/catalog.html"),
    Kind("SPARQL", "content", "/sparql"),
    Kind("SPARQL answer", "content", f"/sparql?query={quote(NARROWER)}&format=html"),
    Kind("SPARQL graph", "content", f"/sparql?query={quote(GRAPH)}&format=html"),
    Kind("syntax error", "content", f"/sparql?query={quote(WRONG)}", 400),
    Kind("search", "content", "/search?q=innovatie"),
    Kind("nothing asked", "content", "/search"),
    Kind("nothing found", "content", "/search?q=zzzzqqq"),
    Kind("policy", "content", "/policy"),
    Kind("accessibility", "content", "/accessibility"),
    Kind("letter", "content", "/doc/conceptscheme/hefboom.html?letter=c", languages=LANGUAGES[:1]),
    Kind("saved queries", "content", "/api/v1/queries"),
    Kind("list of versions", "past", "/version.html"),
    Kind("first version", "content", "/version/hefbomen/1.0.0.html"),
    Kind("version", "past", "/version/fruit/2.0.0.html"),
    Kind("frozen document", "past", "/version/fruit/1.0.0/doc/concept/fruit/peer.html"),
    Kind("deprecated", "past", "/doc/concept/fruit/bes.html"),
    Kind("merged", "past", "/doc/concept/fruit/appelsien.html"),
    Kind("history", "past", "/doc/concept/fruit/peer.html"),
    Kind("tombstone", "past", "/doc/concept/fruit/aardappel.html", 410),
    Kind("unfinished", "past", "/doc/concept/fruit/kiwi.html"),
    Kind("withdrawn", "mirror", "/doc/concept/season/autumn.html", 410),
    Kind("mirrored", "mirror", "/doc/months/december.html"),
    Kind("list with retired", "mirror", "/doc/concept/season.html?all=1"),
    Kind("wrong filter", "content", "/doc/kennisitem.html?year=later", 400),
    Kind("not found", "content", "/doc/concept/hefboom/onbekend.html", 404),
    Kind("findings", "draft", "/findings"),
    Kind("draft", "draft", "/doc/concept/season/winter.html"),
    # A thesaurus of others: hundreds of top concepts, groups of groups, three scripts, two without interface.
    Kind("many tops", "thesaurus", "/", languages=SCRIPTS, sample="light, en"),
    Kind("large scheme", "thesaurus", f"{LARGE}.html", languages=SCRIPTS, sample="320 px, ru"),
    Kind("right to left", "thesaurus", f"{LARGE}/concept105.html", languages=SCRIPTS, sample="390 px, ar"),
    Kind("two above", "thesaurus", f"{LARGE}/concept446.html", languages=SCRIPTS, sample=None),
    Kind("many below", "thesaurus", f"{LARGE}/concept1.html", languages=SCRIPTS, sample=None),
    Kind("long labels", "thesaurus", f"{LARGE}/concept19.html", languages=SCRIPTS, sample=None),
    Kind("part of a tree", "thesaurus", PART, languages=SCRIPTS, sample=None),
    Kind("Arabic letter", "thesaurus", f"{LARGE}.ar.html?letter={quote('ت')}", languages=("ar",), sample=None),
    Kind("Cyrillic letter", "thesaurus", f"{LARGE}.ru.html?letter={quote('в')}", languages=("ru",), sample=None),
    Kind("group", "thesaurus", f"{LARGE}/mt1.00.html", languages=SCRIPTS, sample=None),
    Kind("group of groups", "thesaurus", f"{LARGE}/domain1.html", languages=SCRIPTS, sample=None),
    Kind("Arabic search", "thesaurus", f"/search?q={quote('المياه')}&lang=ar", languages=("ar",), sample=None),
    Kind("Russian search", "thesaurus", f"/search?q={quote('вода')}&lang=ru", languages=("ru",), sample=None),
    Kind("search with accents", "thesaurus", "/search?q=economia", languages=SCRIPTS, sample=None),
    Kind("dataset of others", "thesaurus", "/doc/dataset/thesaurus.html", languages=SCRIPTS, sample=None),
    Kind("version of others", "thesaurus", "/version/thesaurus/1.0.0.html", languages=SCRIPTS, sample=None),
    Kind("policy of others", "thesaurus", "/policy", languages=SCRIPTS, sample=None),
    Kind("SPARQL of others", "thesaurus", "/sparql", languages=SCRIPTS, sample=None),
)
