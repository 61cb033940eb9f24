"""Files that hurt, through the command: each is one error with a place, and the others are checked."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from building import copy

ROOT = Path(__file__).parents[2]
MANY = 100_000
BOMBS = {
    "a.ttl": b"\n<a:a> <a:b> " + b"<<( <a:a> <a:b> " * MANY + b"1" + b")>>" * MANY + b" .",
    "b.rdf": b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><a>&b;</a>",
    "c.rdf": b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="a:">' + b"<a:a><a:b>" * MANY,
    "d.jsonld": b'{"a:b":' * 60_000 + b"1" + b"}" * 60_000,
    "e.ttl": gzip.compress(b" " * (100 << 20), 1),
    "f.ttl": b"# fine\n# " + b"x" * (17 << 20),
    "g.ttl": b"@prefix a: <http://" + b"x" * (1 << 20) + b"> .\n" + b"a:x a:y a:z .\n" * 3000,
    "h.ttl": "<a:a> <a:b> <a:c> .".encode("utf-16"),
    "i.jsonld": b'{"@context": "http://127.0.0.1:9/context", "@id": "a:a", "a:b": 1}',
    "j.ttl": b"<a:a> <a:b> oops .",
}


def test_check_survives_every_bomb_and_names_it(tmp_path: Path) -> None:
    """Rows 40 to 45."""
    folder = copy("tiny", tmp_path)
    with (folder / "publisher.toml").open("a") as settings:
        settings.write("\n[reading]\nseconds = 1\nmemory = 256\n")
    for name, content in BOMBS.items():
        (folder / "data" / name).write_bytes(content)
    (folder / "shapes").mkdir(exist_ok=True)
    (folder / "shapes" / "bomb.ttl").write_bytes(BOMBS["a.ttl"])
    command = [sys.executable, "-m", "publisher", "check", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for path in (*(f"data/{name}" for name in BOMBS), "shapes/bomb.ttl"):
        [line] = [each for each in done.stdout.splitlines() if each.startswith(path)]
        assert ": error: " in line
        assert len(line) < 700


READING_SHAPES = """
import sys
from pyoxigraph import RdfFormat, parse
from publisher.compiler.validate import validate
from publisher.source import SourceFile
shapes, content = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]).read_bytes()
validate(parse(content, RdfFormat.TURTLE), [SourceFile("shapes/warm.ttl", b"")])
touched = []
def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request", "subprocess.Popen"):
        touched.append((event, str(arguments)))
    if event == "open" and not str(arguments[0]).endswith((".py", ".pyc", ".so")):
        touched.append((event, str(arguments)))
sys.addaudithook(note)
found = validate(parse(content, RdfFormat.TURTLE), [SourceFile("shapes/a.ttl", shapes)])
print(touched, len(found))
"""
SHAPES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . <a:s> "
TARGET = "a sh:NodeShape ; sh:targetClass <a:T> ; "


@pytest.mark.parametrize(
    "shapes",
    [
        "a owl:Ontology ; owl:imports <http://127.0.0.1:9/imported>, <file:///etc/passwd> .",
        TARGET + 'sh:sparql [ sh:select "SELECT $this { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }" ] .',
        TARGET + 'sh:sparql [ sh:select "SELECT $this FROM <http://127.0.0.1:9/> { $this a ?b }" ] .',
        TARGET
        + 'sh:sparql [ sh:select "SELECT $this FROM NAMED <file:///etc/passwd> { GRAPH ?g { $this a ?b } }" ] .',
        TARGET + "sh:shapesGraph <http://127.0.0.1:9/shapes> ; sh:property <http://127.0.0.1:9/property> .",
        TARGET + "sh:js [ sh:jsFunctionName 'f' ; sh:jsLibrary [ sh:jsLibraryURL 'file:///etc/passwd' ] ] .",
    ],
    ids=["imports", "service", "from", "from named", "shapes graph", "script"],
)
@pytest.mark.smoke
def test_shapes_fetch_nothing_and_open_nothing(tmp_path: Path, shapes: str) -> None:
    """What pySHACL gets is parsed already; nothing in it makes it read more."""
    (tmp_path / "shapes").write_text(SHAPES + shapes)
    imports = "<a:o> <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:9/data>, <file:///etc/passwd> ."
    (tmp_path / "content").write_text(
        f"<a:x> a <a:T> ; <http://www.w3.org/ns/shacl#shapesGraph> <a:g> . {imports}"
    )
    program = "from pathlib import Path\n" + READING_SHAPES
    command = [sys.executable, "-c", program, str(tmp_path / "shapes"), str(tmp_path / "content")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.startswith("[] ")
