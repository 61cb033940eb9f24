"""Where an editor finds each resource."""

from __future__ import annotations

from pathlib import Path

from building import compiled, copy, edit

CONCEPT = "https://tiny.example/id/concept/season/"


def test_places_are_only_kept_for_pages_that_show_them(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    assert compiled(folder).places == {}


def test_a_resource_is_where_it_is_declared(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    edit(folder / "publisher.toml", "[publisher]", "[editing]\nsource = 'https://x.example/{file}'\n[publisher]")
    (folder / "data" / "a.ttl").write_text(f"\n<{CONCEPT}winter> <http://x.example/p> 'said here first' .\n")
    places = compiled(folder).places
    path, line = places[f"{CONCEPT}winter"]
    assert path == "data/season.ttl"
    assert "season:winter a skos:Concept" in (folder / path).read_text("utf-8").splitlines()[line - 1]
