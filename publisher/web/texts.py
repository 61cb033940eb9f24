"""The words of the interface: one table, a row for each text, a column for each language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

FALLBACK: Final = "en"

TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "skip": {"nl": "Naar de inhoud", "en": "Skip to the content"},
    "navigation": {"nl": "Hoofdmenu", "en": "Main menu"},
    "breadcrumbs": {"nl": "Kruimelpad", "en": "Breadcrumbs"},
    "home": {"nl": "Overzicht", "en": "Overview"},
    "dataset": {"nl": "Dataset", "en": "Dataset"},
    "sparql": {"nl": "SPARQL", "en": "SPARQL"},
    "version": {"nl": "Versie", "en": "Version"},
    "iri": {"nl": "Vast webadres (URI)", "en": "Persistent web address (URI)"},
    "here": {"nl": "Deze pagina staat op", "en": "This page is at"},
    "deprecated": {
        "nl": "Dit is vervallen. Het adres blijft werken, maar gebruik het niet meer in nieuwe gegevens.",
        "en": "This is deprecated. The address keeps working, but do not use it in new data.",
    },
    "replaced": {"nl": "Gebruik in de plaats:", "en": "Use instead:"},
    "withdrawn": {
        "nl": "Dit is ingetrokken en wordt niet meer beschreven. Het adres wordt nooit voor iets anders gebruikt.",
        "en": "This has been withdrawn and is described no more. Its address is never used for anything else.",
    },
    "why": {"nl": "Waarom", "en": "Why"},
    "last_changed": {"nl": "Laatst gewijzigd", "en": "Last changed"},
    "way_on": {"nl": "Verder", "en": "Go on"},
    "withdrawn_help": {
        "nl": "Verwees u hiernaar en zoekt u iets in de plaats? Schrijf naar",
        "en": "Did you link here, and do you need something instead? Write to",
    },
    "above": {"nl": "Bovenliggend", "en": "Broader"},
    "below": {"nl": "Onderliggend", "en": "Narrower"},
    "below_concept": {"nl": "Onderliggende begrippen", "en": "Narrower concepts"},
    "below_catalog": {"nl": "In deze catalogus", "en": "In this catalogue"},
    "below_collection": {"nl": "In deze verzameling", "en": "In this collection"},
    "above_concept": {"nl": "Bovenliggend begrip", "en": "Broader concept"},
    "above_class": {"nl": "Bovenliggende klasse", "en": "Superclass"},
    "above_distribution": {"nl": "Hoort bij", "en": "Belongs to"},
    "above_dataset": {"nl": "Staat in", "en": "Listed in"},
    "above_service": {"nl": "Staat in", "en": "Listed in"},
    "beside": {"nl": "Verwante begrippen", "en": "Related concepts"},
    "tree": {"nl": "Alle begrippen", "en": "All concepts"},
    "tree_in_use": {"nl": "Begrippen in gebruik", "en": "Concepts in use"},
    "tree_top": {"nl": "Bovenste begrippen", "en": "Top concepts"},
    "more": {"nl": "Nog {number} meer: bekijk de hele lijst", "en": "{number} more: see the whole list"},
    "whole_list": {"nl": "Bekijk de hele lijst", "en": "See the whole list"},
    "narrower_count": {"nl": "{number} onderliggend", "en": "{number} narrower"},
    "aspect": {"nl": "1 onderliggend begrip", "en": "1 narrower concept"},
    "aspects": {"nl": "{number} onderliggende begrippen", "en": "{number} narrower concepts"},
    "no_aspects": {"nl": "Geen onderliggende begrippen", "en": "No narrower concepts"},
    "concept_count": {"nl": "{number} begrippen", "en": "{number} concepts"},
    "concept_count_least": {"nl": "meer dan {number} begrippen", "en": "more than {number} concepts"},
    "mentions": {"nl": "Verwijzingen hierheen", "en": "What links here"},
    "mentioned_as": {"nl": "{name}, bij", "en": "{name}, of"},
    "others": {"nl": "Overige gegevens", "en": "Other data"},
    "formats": {"nl": "Als data", "en": "As data"},
    "formats_help": {
        "nl": "Deze beschrijving, leesbaar voor computers.",
        "en": "This description, for computers to read.",
    },
    "list_help": {"nl": "Deze lijst, leesbaar voor computers.", "en": "This list, for computers to read."},
    "citation": {"nl": "Citeren", "en": "Cite"},
    "versions": {"nl": "Versies", "en": "Versions"},
    "all_versions": {"nl": "Alle versies", "en": "All versions"},
    "versions_help": {
        "nl": "Elke versie blijft zoals ze was: haar documenten en bestanden veranderen nooit meer.",
        "en": "Each version stays as it was: its documents and files never change any more.",
    },
    "versions_data": {
        "nl": "Deze versies, leesbaar voor computers.",
        "en": "These versions, for computers to read.",
    },
    "version_of": {"nl": "{dataset}, versie {number}", "en": "{dataset}, version {number}"},
    "verdict": {"nl": "Soort versie", "en": "Kind of version"},
    "date": {"nl": "Datum", "en": "Date"},
    "notes": {"nl": "Wat is er nieuw", "en": "What is new"},
    "previous_version": {"nl": "Vorige versie", "en": "Previous version"},
    "next_version": {"nl": "Volgende versie", "en": "Next version"},
    "statements": {"nl": "Uitspraken", "en": "Statements"},
    "checked": {"nl": "Controle", "en": "Checks"},
    "checked_none": {"nl": "geen fouten, geen waarschuwingen", "en": "no errors, no warnings"},
    "checked_one": {"nl": "geen fouten, 1 waarschuwing", "en": "no errors, 1 warning"},
    "checked_some": {"nl": "geen fouten, {number} waarschuwingen", "en": "no errors, {number} warnings"},
    "changes": {"nl": "Wat er veranderde", "en": "What changed"},
    "no_changes": {
        "nl": "Vergeleken met de vorige versie veranderde er aan geen begrip of document iets.",
        "en": "Compared with the previous version, no concept or document changed.",
    },
    "first_version": {
        "nl": "Dit is de eerste versie: alles erin is nieuw.",
        "en": "This is the first version: everything in it is new.",
    },
    "more_changes": {"nl": "En nog {number} andere.", "en": "And {number} others."},
    "frozen": {
        "nl": "Dit is de beschrijving zoals ze was in versie {number}, van {date}. Ze verandert niet meer.",
        "en": "This is the description as it was in version {number}, of {date}. It never changes any more.",
    },
    "frozen_now": {"nl": "Naar de huidige beschrijving", "en": "To the present description"},
    "frozen_gone": {
        "nl": "In deze versie was dit ingetrokken. Wat er nog over gezegd wordt, staat hieronder.",
        "en": "In this version it was withdrawn. What is still said about it follows.",
    },
    "frozen_help": {
        "nl": "De beschrijving in deze versie, leesbaar voor computers.",
        "en": "The description in this version, for computers to read.",
    },
    "last_known": {"nl": "De laatste beschrijving staat in versie", "en": "It was last described in version"},
    "history": {"nl": "Geschiedenis", "en": "History"},
    "history_all": {"nl": "Alles als lijst voor computers", "en": "All as a list for computers"},
    "same": {"nl": "Ook zo in versie", "en": "The same in version"},
    "became": {"nl": "werd", "en": "became"},
    "gained": {"nl": "erbij:", "en": "added:"},
    "lost": {"nl": "weg:", "en": "gone:"},
    "into": {"nl": "Opvolger:", "en": "Successor:"},
    "graph": {"nl": "Deel van de gegevens", "en": "Part of the data"},
    "editing": {"nl": "Verbeteren", "en": "Improve"},
    "propose": {"nl": "Stel een wijziging voor", "en": "Propose a change"},
    "source": {"nl": "Bewerk de bron", "en": "Edit the source"},
    "no_page": {
        "nl": "De bron gaf geen webadres.",
        "en": "The source gave no web address.",
    },
    "no_page_help": {"nl": "Kent u het? Schrijf naar", "en": "Do you know it? Write to"},
    "page": {"nl": "Lees het op", "en": "Read it at"},
    "downloads": {"nl": "Downloaden", "en": "Download"},
    "format": {"nl": "Formaat", "en": "Format"},
    "size": {"nl": "Grootte", "en": "Size"},
    "checksum": {"nl": "Controlesom (SHA-256)", "en": "Checksum (SHA-256)"},
    "query": {"nl": "Bevragen met SPARQL", "en": "Query with SPARQL"},
    "all_of": {"nl": "Bekijk de hele lijst", "en": "See the whole scheme"},
    "more_schemes": {"nl": "Meer begrippenlijsten", "en": "More concept schemes"},
    "recent": {"nl": "Recente kennisitems", "en": "Recent documents"},
    "all_recent": {"nl": "Alle kennisitems", "en": "All documents"},
    "use": {"nl": "Gebruik deze gegevens", "en": "Use these data"},
    "use_help": {
        "nl": "Alles op deze site is ook leesbaar voor computers, zonder sleutel of registratie.",
        "en": "Everything on this site can be read by computers too, without key or registration.",
    },
    "use_download": {"nl": "Downloaden", "en": "Download"},
    "use_download_help": {
        "nl": "Elke dataset in één bestand, met versie en controlesom.",
        "en": "Each dataset in one file, with version and checksum.",
    },
    "use_query": {"nl": "Bevragen", "en": "Query"},
    "use_query_help": {
        "nl": "Stel uw eigen vraag met SPARQL, ook vanuit een programma.",
        "en": "Ask your own question with SPARQL, from a program too.",
    },
    "use_link": {"nl": "Verwijzen", "en": "Link"},
    "use_link_help": {
        "nl": "Elk begrip heeft een vast webadres. De catalogus beschrijft alles in DCAT.",
        "en": "Each concept has a persistent web address. The catalogue describes everything in DCAT.",
    },
    "open_sparql": {"nl": "Naar SPARQL", "en": "To SPARQL"},
    "list": {"nl": "Lijst", "en": "List"},
    "list_all": {"nl": "Alles onder", "en": "Everything below"},
    "list_count": {
        "nl": "{first} tot {last} van {total}",
        "en": "{first} to {last} of {total}",
    },
    "list_empty": {"nl": "niets dat nu geldt", "en": "nothing that is in use"},
    "show_all": {
        "nl": "Toon ook vervallen begrippen en wat nog niet af is ({number})",
        "en": "Show deprecated concepts and what is not finished too ({number})",
    },
    "show_current": {"nl": "Toon alleen wat nu geldt", "en": "Show only what is in use"},
    "left_out": {
        "nl": "Toon ook de {number} begrippen die vervallen of nog niet af zijn",
        "en": "Show the {number} concepts too that are deprecated or not finished",
    },
    "left_out_one": {
        "nl": "Toon ook het begrip dat vervallen of nog niet af is",
        "en": "Show the concept too that is deprecated or not finished",
    },
    "paging": {"nl": "Pagina’s", "en": "Pages"},
    "previous": {"nl": "Vorige", "en": "Previous"},
    "next": {"nl": "Volgende", "en": "Next"},
    "problem_links": {"nl": "Wel te krijgen als", "en": "Available as"},
    "problem_code": {"nl": "Foutcode", "en": "Error code"},
    "to_home": {"nl": "Naar het overzicht", "en": "To the overview"},
    "publisher": {"nl": "Uitgever", "en": "Publisher"},
    "contact": {"nl": "Contact", "en": "Contact"},
    "draft_mark": {"nl": "Ontwerp, niet gepubliceerd.", "en": "A draft, not published."},
    "draft_unread": {
        "nl": "Dit kan niet gelezen worden. U ziet de laatste toestand waarin het wel kon:",
        "en": "This cannot be read. You see the last state in which it could:",
    },
    "draft_here": {"nl": "Over deze pagina:", "en": "About this page:"},
    "findings": {"nl": "Bevindingen", "en": "Findings"},
    "findings_count": {
        "nl": "Fouten: {errors}. Waarschuwingen: {warnings}.",
        "en": "Errors: {errors}. Warnings: {warnings}.",
    },
    "findings_more": {
        "nl": "En nog {number}: `publisher check` toont ze.",
        "en": "And {number} more: see `publisher check`.",
    },
    "findings_violation": {"nl": "Fout", "en": "Error"},
    "findings_warning": {"nl": "Waarschuwing", "en": "Warning"},
    "findings_info": {"nl": "Opmerking", "en": "Note"},
    "findings_remedy": {"nl": "Zo kan het", "en": "What to do"},
    "findings_page": {"nl": "Pagina:", "en": "Page:"},
    "draft": {"nl": "nog niet nagelezen", "en": "not yet reviewed"},
}

STATUSES: Final[Mapping[str, Mapping[str, str]]] = {
    "Completed": {"nl": "Vastgesteld", "en": "Completed"},
    "Deprecated": {"nl": "Vervallen", "en": "Deprecated"},
    "UnderDevelopment": {"nl": "In ontwikkeling", "en": "Under development"},
    "Withdrawn": {"nl": "Ingetrokken", "en": "Withdrawn"},
}
"""ADMS statuses by the last part of their IRI, for content that does not label them."""

KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "removed": {"nl": "Verdwenen", "en": "Removed"},
    "withdrawn": {"nl": "Ingetrokken", "en": "Withdrawn"},
    "merged": {"nl": "Samengevoegd", "en": "Merged"},
    "split": {"nl": "Gesplitst", "en": "Split"},
    "deprecated": {"nl": "Vervallen", "en": "Deprecated"},
    "reinstated": {"nl": "Opnieuw in gebruik", "en": "In use again"},
    "redefined": {"nl": "Andere betekenis", "en": "Another meaning"},
    "renumbered": {"nl": "Andere code", "en": "Another notation"},
    "moved": {"nl": "Andere plaats", "en": "Another place"},
    "added": {"nl": "Nieuw", "en": "New"},
    "relabelled": {"nl": "Andere benaming", "en": "Other labels"},
    "changed": {"nl": "Andere gegevens", "en": "Other data"},
}
"""What can happen to a resource from one version to the next, by the names that the history has for it."""

VERDICTS: Final[Mapping[str, Mapping[str, str]]] = {
    "major": {
        "nl": "ingrijpend: een adres, code of betekenis veranderde",
        "en": "major: an address or meaning changed",
    },
    "minor": {"nl": "aanvulling: er kwam iets bij of verviel", "en": "minor: something was added or retired"},
    "patch": {"nl": "verbetering van teksten", "en": "patch: texts were improved"},
}
"""How much a version changed, by the words of the history."""

LANGUAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "de": {"nl": "Duits", "en": "German"},
    "en": {"nl": "Engels", "en": "English"},
    "es": {"nl": "Spaans", "en": "Spanish"},
    "fr": {"nl": "Frans", "en": "French"},
    "it": {"nl": "Italiaans", "en": "Italian"},
    "nl": {"nl": "Nederlands", "en": "Dutch"},
    "pl": {"nl": "Pools", "en": "Polish"},
    "pt": {"nl": "Portugees", "en": "Portuguese"},
    "ru": {"nl": "Russisch", "en": "Russian"},
    "ar": {"nl": "Arabisch", "en": "Arabic"},
}

RIGHT_TO_LEFT: Final = frozenset(("ar", "fa", "he", "ur", "yi", "ps", "dv", "ug", "sd"))

MONTHS: Final[Mapping[str, tuple[str, ...]]] = {
    "nl": (
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}


@cache
def interface_language(languages: tuple[str, ...]) -> str:
    """The language that the interface speaks on a site whose pages are in the first of these languages."""
    primary = languages[0].partition("-")[0].lower()
    return primary if primary in MONTHS else FALLBACK


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of the interface in one of its languages."""
    return MappingProxyType({key: row[language] for key, row in TEXTS.items()})


def language_name(tag: str, language: str) -> str:
    """What a language is called in a language of the interface; its tag when we have no name for it."""
    names = LANGUAGES.get(tag.partition("-")[0].lower(), {})
    region = tag.partition("-")[2]
    name = names.get(language, tag)
    return f"{name} ({region})" if names and region else name


def direction(tag: str) -> str:
    """`rtl` for languages that are written from right to left, otherwise nothing."""
    return "rtl" if tag.partition("-")[0].lower() in RIGHT_TO_LEFT else ""
