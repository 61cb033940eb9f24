"""The content against the facts of the source page: nothing missing, nothing invented, nothing that moved."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections import defaultdict
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from publisher import compiler
from publisher.config import load
from publisher.namespaces import ADMS, DCT, FOAF, OWL, PROV, RDF, RDFS, SKOS, SKOSXL, SPDX
from publisher.source import read

ROOT = Path(__file__).parents[1]
PAGE = ROOT.parent / "shared/source/hefbomen.txt"
BASE = "https://hefbomen.example"
LANGUAGES = {"nl", "en", "fr", "de"}
COMPLETED, UNDER_DEVELOPMENT = (
    NamedNode(f"http://purl.org/adms/status/{name}") for name in ("Completed", "UnderDevelopment")
)

CONCEPTS = {
    "H1": ("hr-beleid-en-organisatieontwikkeling", "Een sterk HR-beleid en organisatieontwikkeling"),
    "H1.1": ("dienstbaar-leiderschap", "Sterk dienstbaar leiderschap"),
    "H1.2": ("werkorganisatie", "Werkorganisatie en design van teams en taken"),
    "H1.3": ("aanwervingsbeleid", "Aanwervingsbeleid"),
    "H1.4": ("performance-management", "Performance management"),
    "H1.5": ("opleiding-en-ontwikkeling", "Opleiding, training en verdere ontwikkeling van medewerkers"),
    "H1.6": ("compensatie-voor-werk", "Compensatie voor werk"),
    "H2": ("open-innovatie", "Open innovatie"),
    "H2.1": ("innovatielab", "Innovatielab"),
    "H2.2": ("lokaal-innovatie-ecosysteem", "Samenwerking in een lokaal innovatie-ecosysteem"),
    "H2.3": ("crowdsourcing", "Crowdsourcing"),
    "H3": ("burgerparticipatie", "Burgerparticipatie"),
    "H4": ("design-thinking-en-service-design", "Design thinking en service design"),
    "H4.1": ("design-thinking", "Design thinking"),
    "H4.2": ("service-design", "Service design"),
    "H5": ("data-informatie-en-kennismanagement", "Data-, informatie- en kennismanagement"),
    "H5.1": ("datamanagement", "Datamanagement"),
    "H5.2": ("informatiemanagement", "Informatiemanagement"),
    "H5.3": ("kennismanagement", "Kennismanagement"),
    "H5.4": ("data-analyse", "Data-analyse"),
    "H6": ("innovatief-aanbesteden", "Innovatief aanbesteden"),
    "H6.1": ("ppi", "Overheidsopdrachten voor innovatie (PPI)"),
    "H6.2": ("pcp", "Precommercieel aankopen (PCP)"),
    "H6.3": ("marktverkenning", "Marktverkenning"),
    "H6.4": ("marktconsultatie", "Marktconsultatie"),
}

THEMES = {
    "innovatie-en-digitale-transformatie": "Innovatie en digitale transformatie",
    "instrumenten-voor-lokale-innovatie": "Instrumenten voor lokale innovatie",
    "overheidsopdrachten": "Overheidsopdrachten",
    "bestuur": "Bestuur",
}

PPI = "Overheidsopdrachten voor innovatie (PPI), wanneer de overheid een innovatieve oplossing aankoopt"
PCP = "Het precommercieel aankopen (PCP), wanneer de aankoop de ontwikkeling van een innovatieve oplossing betreft"
ITEMS = {
    "Innovatieve overheidsopdrachten in de Vlaamse lokale besturen: resultaten bevraging": ("2021-07-01", "H6"),
    "Beter aanbesteden doe je zo - 5 mythes ontkracht": ("2021-06-27", "H6"),
    PPI: ("2021-06-27", "H6.1"),
    PCP: ("2021-06-27", "H6.2"),
}
"""Title -> date and the code of the lever; the number behind each title on the page is that of the list."""

STW, UNESCO = "http://zbw.eu/stw/descriptor/", "http://vocabularies.unesco.org/thesaurus/concept"
CHECKED = {
    f"{STW}11341-5": "Compensation system",
    f"{STW}11579-0": "Public contract",
    f"{STW}12567-2": "Human Resource Management",
    f"{STW}12573-0": "Recruitment",
    f"{STW}12585-0": "Leadership",
    f"{STW}12589-6": "Human resource development",
    f"{STW}12607-2": "Job design",
    f"{STW}12621-1": "Work organization",
    f"{STW}16266-3": "Public participation",
    f"{STW}18017-0": "Information management",
    f"{STW}19655-5": "Wissensmanagement (de)",
    f"{STW}27588-5": "Performance-Management (de)",
    f"{STW}29770-6": "Crowdsourcing",
    f"{STW}29800-2": "Open innovation",
    f"{STW}30183-4": "Innovation system",
    f"{UNESCO}680": "",
    f"{UNESCO}2214": "Data analysis",
    f"{UNESCO}2572": "Performance appraisal",
    f"{UNESCO}4610": "Inservice training",
    f"{UNESCO}5861": "Community participation",
    f"{UNESCO}6510": "Recruitment",
    f"{UNESCO}7576": "Leadership",
    f"{UNESCO}10614": "Gestion des connaissances (fr)",
    f"{UNESCO}12216": "Wages",
    f"{UNESCO}14819": "Organisation du travail (fr)",
}
"""Every mapping target and a label that it has in the published file of its thesaurus: STW (`stw/descriptor/`) or
the UNESCO Thesaurus (`concept…`, never `mt…`: those are collections). English where no language stands with it; of
680 only the address was noted."""


class Content:
    """All statements that the site publishes, by subject and predicate."""

    def __init__(self, base: str = BASE) -> None:
        config = dataclasses.replace(load(ROOT), base=base)
        self.edition = compiler.compile(read(ROOT), config, lambda _: None)
        self.quads: list[Quad] = [quad for dataset in self.edition.datasets for quad in dataset.quads]
        self.index: dict[tuple[object, object], list[object]] = defaultdict(list)
        for quad in self.quads:
            self.index[quad.subject, quad.predicate].append(quad.object)

    def objects(self, subject: object, predicate: NamedNode) -> list:
        return list(dict.fromkeys(self.index[subject, predicate]))

    def texts(self, subject: object, predicate: NamedNode) -> dict[str, str]:
        return {each.language or "": each.value for each in self.objects(subject, predicate)}

    def instances(self, kind: NamedNode) -> list[NamedNode]:
        return [quad.subject for quad in self.quads if quad.predicate == RDF["type"] and quad.object == kind]

    def in_scheme(self, name: str) -> list[NamedNode]:
        return [
            each for each in self.instances(SKOS["Concept"]) if thing("conceptscheme", name) in self.schemes(each)
        ]

    def schemes(self, concept: NamedNode) -> list:
        return self.objects(concept, SKOS["inScheme"])


def thing(*segments: str) -> NamedNode:
    return NamedNode(f"{BASE}/id/" + "/".join(segments))


def lever(code: str) -> NamedNode:
    return thing("concept", "hefboom", CONCEPTS[code][0])


@pytest.fixture(scope="module")
def content() -> Content:
    return Content()


@pytest.fixture(scope="module")
def page() -> str:
    """The source page with single spaces."""
    if not PAGE.exists():
        pytest.skip("the source page is not beside the project")
    return " ".join(PAGE.read_text("utf-8").split())


def test_content_has_no_findings(content: Content) -> None:
    assert content.edition.report.findings == ()


def test_levers_and_aspects_are_the_25_of_the_page(content: Content) -> None:
    found = {
        content.objects(each, SKOS["notation"])[0].value: (
            each.value.removeprefix(f"{BASE}/id/concept/hefboom/"),
            content.texts(each, SKOS["prefLabel"])["nl"],
        )
        for each in content.in_scheme("hefboom")
    }
    assert found == CONCEPTS


@pytest.mark.parametrize("code", CONCEPTS)
def test_concept_stands_where_its_code_says(content: Content, code: str) -> None:
    above, dot, _ = code.partition(".")
    place = (SKOS["broader"], lever(above)) if dot else (SKOS["topConceptOf"], thing("conceptscheme", "hefboom"))
    found = [
        (each, value)
        for each in (SKOS["broader"], SKOS["topConceptOf"])
        for value in content.objects(lever(code), each)
    ]
    assert found == [place]


def test_themes_are_the_four_tags(
    content: Content,
) -> None:
    found = {
        each.value.removeprefix(f"{BASE}/id/concept/thema/"): content.texts(each, SKOS["prefLabel"])["nl"]
        for each in content.in_scheme("thema")
    }
    assert found == THEMES


def test_theme_of_instruments_leads_to_the_levers(content: Content) -> None:
    theme = thing("concept", "thema", "instrumenten-voor-lokale-innovatie")
    assert content.objects(theme, RDFS["seeAlso"]) == [thing("conceptscheme", "hefboom")]


def test_there_is_one_document_type(content: Content) -> None:
    assert content.in_scheme("documenttype") == [thing("concept", "documenttype", "kennisitem")]


def test_kennisitems_have_the_titles_dates_and_lever_of_the_page(content: Content) -> None:
    found = {}
    for item in content.instances(FOAF["Document"]):
        levers = [each for each in content.objects(item, DCT["subject"]) if each in content.in_scheme("hefboom")]
        code = content.objects(levers[0], SKOS["notation"])[0].value
        issued = content.objects(item, DCT["issued"])[0].value
        found[content.texts(item, DCT["title"])["nl"]] = (issued, code)
    assert found == ITEMS


def test_kennisitems_have_all_four_themes(content: Content) -> None:
    themes = set(content.in_scheme("thema"))
    for item in content.instances(FOAF["Document"]):
        assert themes < set(content.objects(item, DCT["subject"]))


def test_lever_of_each_kennisitem_is_attributed_to_the_editors(content: Content) -> None:
    described = {
        (content.objects(each, RDF["subject"])[0], content.objects(each, RDF["object"])[0])
        for each in content.instances(RDF["Statement"])
        if content.objects(each, PROV["wasAttributedTo"]) == [thing("organisatie", "redactie")]
    }
    stated = {
        (quad.subject, quad.object)
        for quad in content.quads
        if quad.predicate == DCT["subject"] and quad.object in content.in_scheme("hefboom")
    }
    assert described == stated


def test_source_page_has_the_checksum_of_the_file(content: Content, page: str) -> None:
    checksum = content.objects(thing("bron", "hefbomen-pagina"), SPDX["checksum"])[0]
    assert (
        content.objects(checksum, SPDX["checksumValue"])[0].value == hashlib.sha256(PAGE.read_bytes()).hexdigest()
    )


def test_quotations_are_verbatim(content: Content, page: str) -> None:
    notes = [content.texts(each, SKOS["scopeNote"])["nl"] for each in content.instances(SKOS["Concept"])]
    for note in notes:
        quotation = re.fullmatch(r"[^‘]+: ‘(.+)’\.?", note)
        assert quotation, note
        for part in quotation[1].split(" […] "):
            assert part in page, note


def test_titles_and_tags_are_verbatim(page: str) -> None:
    for text in (*ITEMS, *THEMES.values(), *(label for code, (_, label) in CONCEPTS.items() if "." not in code)):
        assert text in page


def test_definitions_are_in_our_own_words(content: Content, page: str) -> None:
    """No definition shares eight words in a row with the page."""
    words = re.findall(r"\w+", page.lower())
    runs = {tuple(words[start : start + 8]) for start in range(len(words))}
    for concept in content.instances(SKOS["Concept"]):
        own = re.findall(r"\w+", content.texts(concept, SKOS["definition"])["nl"].lower())
        assert not runs & {tuple(own[start : start + 8]) for start in range(len(own) - 7)}, concept


def test_every_concept_and_scheme_is_named_in_four_languages(content: Content) -> None:
    for each in (*content.instances(SKOS["Concept"]), *content.instances(SKOS["ConceptScheme"])):
        assert content.texts(each, SKOS["prefLabel"]).keys() == LANGUAGES, each


@pytest.mark.parametrize("kind", ["prefLabel", "altLabel"])
def test_every_label_is_a_thing_with_the_same_text(content: Content, kind: str) -> None:
    plain = {(quad.subject, quad.object) for quad in content.quads if quad.predicate == SKOS[kind]}
    things = {
        (quad.subject, text)
        for quad in content.quads
        if quad.predicate == SKOSXL[kind]
        for text in content.objects(quad.object, SKOSXL["literalForm"])
    }
    assert things == plain


def test_translations_await_review_and_know_their_dutch_label(content: Content) -> None:
    for label in content.instances(SKOSXL["Label"]):
        language = content.objects(label, SKOSXL["literalForm"])[0].language
        assert label.value.endswith(f"/{language}")
        if language != "nl":
            dutch = NamedNode(label.value.removesuffix(language) + "nl")
            assert content.objects(label, PROV["wasDerivedFrom"]) == [dutch]
        status = COMPLETED if language == "nl" else UNDER_DEVELOPMENT
        assert content.objects(label, ADMS["status"]) == [status]


def test_schemes_say_in_four_languages_that_labels_are_translated(content: Content) -> None:
    for scheme in content.instances(SKOS["ConceptScheme"]):
        assert content.texts(scheme, SKOS["editorialNote"]).keys() == LANGUAGES


def test_definitions_say_that_nobody_reviewed_them(content: Content) -> None:
    note = Literal("Definitie van de redactie, nog niet nagelezen door een vakgenoot.", language="nl")
    for concept in content.instances(SKOS["Concept"]):
        assert note in content.objects(concept, SKOS["editorialNote"])
    assert content.objects(thing("herkomst", "definities"), ADMS["status"]) == [UNDER_DEVELOPMENT]


def test_mappings_lead_to_checked_concepts_only(content: Content) -> None:
    targets = {
        quad.object.value
        for quad in content.quads
        if quad.predicate in {SKOS[f"{kind}Match"] for kind in ("exact", "close", "broad", "narrow", "related")}
    }
    assert targets == CHECKED.keys()


def test_mappings_stand_in_a_graph_of_their_own(content: Content) -> None:
    graphs = {quad.graph_name for quad in content.quads if quad.predicate.value.endswith("Match")}
    assert graphs == {thing("graph", "mappings")}
    attributed = content.objects(thing("graph", "mappings"), PROV["wasAttributedTo"])
    assert attributed == [thing("organisatie", "redactie")]


def test_the_site_has_no_terms_of_its_own(content: Content) -> None:
    kinds = {RDF["Property"], RDFS["Class"], OWL["Class"], OWL["ObjectProperty"], OWL["DatatypeProperty"]}
    assert not [quad for quad in content.quads if quad.object in kinds]


def test_published_holds_every_address_once_in_order() -> None:
    lines = (ROOT / "data/published.txt").read_text("utf-8").splitlines()
    addresses = [line.split("\t")[0] for line in lines if not line.startswith("#")]
    assert addresses == sorted(set(addresses))


def test_published_holds_everything_that_the_content_and_the_catalogue_describe(content: Content) -> None:
    lines = (ROOT / "data/published.txt").read_text("utf-8").splitlines()
    recorded = {line.split("\t")[0] for line in lines if not line.startswith("#")}
    subjects = {
        quad.subject.value
        for quad in (*content.quads, *content.edition.catalog)
        if isinstance(quad.subject, NamedNode)
    }
    assert recorded == {each.removeprefix(f"{BASE}/") for each in subjects if load(ROOT).policy.minted(each)}


def test_another_base_moves_everything() -> None:
    other = Content("https://voorbeeld.example")
    texts = {str(term) for quad in other.quads for term in quad if BASE.removeprefix("https://") in str(term)}
    assert texts == {"<mailto:redactie@hefbomen.example>"}
