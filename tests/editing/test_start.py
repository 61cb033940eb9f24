"""`publisher init`: a site that can be published at once, for vocabularies of all shapes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from building import compiled, published
from test_cli import run

from publisher.config import load
from publisher.editing.start import Started, start
from publisher.errors import ContentError, EditingError

TODAY = date(2026, 11, 23)
SKOS = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
HASH = f"""{SKOS}@prefix : <http://vocab.example.org/animals#> .
<http://vocab.example.org/animals> a <http://www.w3.org/2002/07/owl#Ontology> ;
    <http://www.w3.org/2002/07/owl#versionInfo> "v2.1" .
:scheme a skos:ConceptScheme ; skos:prefLabel "Tiere"@de ; skos:definition "Was\\n  lebt."@de .
:cat a skos:Concept ; skos:prefLabel "Katze"@de , "Cat"@en ; skos:topConceptOf :scheme .
:lion a skos:Concept ; skos:prefLabel "Löwe"@de ; skos:broader :cat ; skos:inScheme :scheme .
"""
SLASH = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#"
    xmlns:dct="http://purl.org/dc/terms/">
  <skos:ConceptScheme rdf:about="http://thes.example.org/resource/">
    <dct:title xml:lang="fr">Thésaurus "x"</dct:title>
    <dct:license rdf:resource="http://creativecommons.org/publicdomain/zero/1.0/"/>
  </skos:ConceptScheme>
  <skos:Concept rdf:about="http://thes.example.org/resource/1">
    <skos:prefLabel xml:lang="fr">Un</skos:prefLabel>
    <skos:inScheme rdf:resource="http://thes.example.org/resource/"/>
  </skos:Concept>
</rdf:RDF>
"""
TWO = """{"@context": {"skos": "http://www.w3.org/2004/02/skos/core#"}, "@graph": [
{"@id": "https://w3id.org/x/a", "@type": "skos:ConceptScheme",
 "skos:prefLabel": {"@value": "A", "@language": "en"}},
{"@id": "https://w3id.org/x/b", "@type": "skos:ConceptScheme",
 "skos:prefLabel": {"@value": "B", "@language": "en"}},
{"@id": "https://w3id.org/x/a/1", "@type": "skos:Concept", "skos:prefLabel": {"@value": "One", "@language": "en"},
 "skos:inScheme": {"@id": "https://w3id.org/x/a"}, "skos:exactMatch": {"@id": "https://w3id.org/x/b/1"}},
{"@id": "https://w3id.org/x/b/1", "@type": "skos:Concept", "skos:prefLabel": {"@value": "Eins", "@language": "de"},
 "skos:inScheme": {"@id": "https://w3id.org/x/b"}}]}
"""
NONE = f"""{SKOS}@base <http://flat.example.org/> .
<c1> a skos:Concept ; skos:prefLabel "One" .
<c2> a skos:Concept ; skos:prefLabel "Two" ; skos:broader <c1> .
<urn:uuid:1> a skos:Concept ; skos:prefLabel "Three" .
"""
OTHER = f"""{SKOS}<http://a.example/t> a skos:ConceptScheme ; skos:prefLabel "T"@nl .
<http://a.example/t/1> a skos:Concept ; skos:prefLabel "Een"@nl ; skos:topConceptOf <http://a.example/t> .
<http://a.example/t/2> a skos:Concept ; skos:prefLabel "Twee"@nl ; skos:topConceptOf <http://a.example/t> .
<http://b.example/t#3> a skos:Concept ; skos:prefLabel "Drie"@nl ; skos:topConceptOf <http://a.example/t> .
"""
OURS = f"""{SKOS}<https://c.example/id/conceptscheme/s> a skos:ConceptScheme ; skos:prefLabel "S"@nl .
<https://c.example/id/concept/s/1> a skos:Concept ; skos:prefLabel "Een"@nl ;
    skos:topConceptOf <https://c.example/id/conceptscheme/s> .
"""


def started(folder: Path, name: str, text: str) -> Started:
    """A site for one file."""
    (folder / name).write_text(text, "utf-8")
    return start(folder / "site", [folder / name], TODAY)


SHAPES = {
    "hash.ttl": (HASH, "http://vocab.example.org", {"http://vocab.example.org/animals": "/animals"}, ("de", "en")),
    "slash.owl": (
        SLASH,
        "http://thes.example.org",
        {"http://thes.example.org/resource": "/vocabulary/resource"},
        ("fr",),
    ),
    "two.json": (TWO, "https://vocabulary.example", {"https://w3id.org/x": "/x"}, ("en", "de")),
    "none.ttl": (NONE, "http://flat.example.org", {"http://flat.example.org/": "/vocabulary/"}, ("en",)),
    "other.ttl": (OTHER, "http://a.example", {"http://a.example/t": "/t", "http://b.example/t": "/t-2"}, ("nl",)),
    "ours.ttl": (OURS, "https://c.example", {}, ("nl",)),
}


@pytest.mark.parametrize(("name", "expected"), SHAPES.items(), ids=SHAPES)
def test_a_site_for_any_vocabulary_conforms_at_once(
    tmp_path: Path, name: str, expected: tuple[str, str, dict[str, str], tuple[str, ...]]
) -> None:
    text, base, namespaces, languages = expected
    started(tmp_path, name, text)
    settings = load(tmp_path / "site")
    assert settings.base == base
    assert {each.iri: each.path for each in settings.namespace} == namespaces
    assert settings.languages == languages
    report = compiled(tmp_path / "site").report
    assert {each.rule for each in report.findings} <= {"unrecorded", "S-top", "S-scheme", "S-lang"}
    [copy] = (each for each in (tmp_path / "site/data").iterdir() if each.suffix != ".txt")
    assert copy.read_text("utf-8") == text


def test_the_settings_tell_what_the_file_tells(tmp_path: Path) -> None:
    found = started(tmp_path, "hash.ttl", HASH).guess
    dataset = load(tmp_path / "site").dataset[0]
    assert (found.schemes, found.concepts, found.homeless) == (1, 2, 0)
    assert (dict(dataset.title), dict(dataset.description)) == ({"de": "Tiere"}, {"de": "Was lebt."})
    assert (dataset.current.number, dataset.current.date, dataset.entail) == ("2.1.0", TODAY, False)
    lines = (tmp_path / "site/data/published.txt").read_text("utf-8").splitlines()
    assert [each for each in lines if not each.startswith("#")] == [
        "animals\t2.1.0",
        "animals#cat\t2.1.0",
        "animals#lion\t2.1.0",
        "animals#scheme\t2.1.0",
    ]


def test_a_licence_is_never_made_up_in_silence(tmp_path: Path) -> None:
    started(tmp_path, "slash.rdf", SLASH)
    assert load(tmp_path / "site").dataset[0].licence == "http://creativecommons.org/publicdomain/zero/1.0/"
    (tmp_path / "hash.ttl").write_text(HASH)
    start(tmp_path / "other", [tmp_path / "hash.ttl"], TODAY)
    assert "# change: the files name none" in (tmp_path / "other/publisher.toml").read_text("utf-8")


def test_what_no_web_server_can_answer_is_counted(tmp_path: Path) -> None:
    assert started(tmp_path, "none.ttl", NONE).guess.homeless == 1


def test_several_files_make_one_site(tmp_path: Path) -> None:
    (tmp_path / "My Animals.ttl").write_text(HASH)
    (tmp_path / "slash.rdf").write_text(SLASH)
    start(tmp_path / "site", [tmp_path / "My Animals.ttl", tmp_path / "slash.rdf"], TODAY)
    assert (tmp_path / "site/data/my-animals.ttl").read_text() == HASH
    assert len(load(tmp_path / "site").namespace) == 2
    assert compiled(tmp_path / "site").report.conforms


def test_without_a_file_there_is_an_example_to_change(tmp_path: Path) -> None:
    done = run("init", tmp_path / "site")
    assert done.returncode == 0
    assert "1 concept scheme, 2 concepts, in en" in done.stdout
    assert f"publisher check {tmp_path / 'site'}" in done.stdout
    assert run("format", "--check", tmp_path / "site").returncode == 0
    assert published(tmp_path / "site").manifest.quads > 0


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / "hash.ttl").write_text(HASH)
    made = start(tmp_path, [tmp_path / "hash.ttl"], TODAY)
    assert (made.left, (tmp_path / "README.md").read_text()) == (("README.md",), "mine")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(EditingError, match=r"publisher\.toml is there already"):
        start(tmp_path, [tmp_path / "hash.ttl"], TODAY)
    (tmp_path / "publisher.toml").unlink()
    with pytest.raises(EditingError, match=r"data/hash\.ttl is there already"):
        start(tmp_path, [tmp_path / "hash.ttl"], TODAY)
    del before[tmp_path / "publisher.toml"]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_what_is_no_vocabulary_makes_no_site(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<a> b .")
    (tmp_path / "a.docx").write_text("x")
    for path, kind in (("a.ttl", ContentError), ("a.docx", EditingError), ("no.ttl", EditingError)):
        with pytest.raises(kind):
            start(tmp_path / "site", [tmp_path / path], TODAY)
    assert not (tmp_path / "site").exists()
    done = run("init", tmp_path / "site", "--from", tmp_path / "a.ttl")
    assert (done.returncode, "data/a.ttl:1:5: error" in done.stdout) == (1, True)
