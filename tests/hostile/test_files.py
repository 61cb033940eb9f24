"""Files that hurt, through the command: each is one error with a place, and the others are checked."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from building import copy

ROOT = Path(__file__).parents[2]
MANY = 100_000
RDF = b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="a:">'
TURTLE = b"<a:a> <a:b> "
REMOTE = b'"http://127.0.0.1:9/context"'


def archive(name: str) -> bytes:
    """A zip whose only member wants to lie elsewhere."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(name, b"<a:a> <a:b> <a:c> .")
    return file.getvalue()


def laughs(levels: int) -> bytes:
    """Entities within entities."""
    entities = "".join(f"<!ENTITY e{n + 1} '{f'&e{n};' * 10}'>" for n in range(levels))
    return f"<!DOCTYPE a [<!ENTITY e0 'ha'>{entities}]><a>&e{levels};</a>".encode()


# Row of the threat table: name: content. Each is one error or more, of its own file only.
BOMBS: dict[int, dict[str, bytes]] = {
    40: {
        "laughs.rdf": laughs(9),
        "quadratic.rdf": b"<!DOCTYPE a [<!ENTITY e '" + b"x" * 50_000 + b"'>]><a>" + b"&e;" * 40_000 + b"</a>",
        "few.rdf": b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><a>&b;</a>",
        "external.rdf": b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
        "external-dtd.rdf": b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a/>",
        "parameter.rdf": b"<!DOCTYPE a [<!ENTITY % e SYSTEM 'http://127.0.0.1:9/e'> %e;]><a/>",
        "late.rdf": b"<?xml version='1.0'?><!-- a --><?b c?>\n\n<!DOCTYPE a []>" + RDF + b"</r:RDF>",
        "two-bytes.rdf": "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>".encode(
            "utf-16"
        ),
        "undeclared.rdf": RDF + b"<a:a><a:b>&nothing;</a:b></a:a></r:RDF>",
    },
    41: {
        "triple-terms.ttl": b"\n" + TURTLE + b"<<( <a:a> <a:b> " * MANY + b"1" + b")>>" * MANY + b" .",
        "triple-terms.nt": b"<a:a> <a:b> " + b"<<( <a:a> <a:b> " * MANY + b"<a:c>" + b" )>>" * MANY + b" .",
        # A shorter one may be read in time: it is legal.
        "reifiers.ttl": TURTLE + b"<< <a:a> <a:b> " * 4 * MANY + b"1" + b" >>" * 4 * MANY + b" .",
        "open-brackets.ttl": TURTLE + b"[ <a:b> " * MANY,
        "open-lists.ttl": TURTLE + b"( " * MANY,
        "elements.rdf": RDF + b"<a:a><a:b>" * MANY,
        "parse-types.rdf": RDF + b'<a:a><a:b r:parseType="Resource">' + b'<a:b r:parseType="Resource">' * MANY,
        "objects.jsonld": b'{"a:b":' * 60_000 + b"1" + b"}" * 60_000,
        "arrays.jsonld": b'{"a:b":' + b"[" * MANY + b"1" + b"]" * MANY + b"}",
        "contexts.jsonld": b'{"@context":' * MANY + b"{}" + b"}" * MANY,
    },
    42: {
        "remote.jsonld": b'{"@context": "http://127.0.0.1:9/context", "@id": "a:a", "a:b": 1}',
        "file.jsonld": b'{"@context": "file:///etc/passwd", "@id": "a:a", "a:b": 1}',
        "in-a-list.jsonld": b'{"@context": [{}, "http://127.0.0.1:9/context"], "@id": "a:a", "a:b": 1}',
        "inside.jsonld": b'{"@id": "a:a", "a:b": {"@context": ' + REMOTE + b', "@id": "a:c", "a:b": 1}}',
        "imported.jsonld": b'{"@context": {"@version": 1.1, "@import": ' + REMOTE + b'}, "@id": "a:a", "a:b": 1}',
        "scoped.jsonld": b'{"@context": {"b": {"@id": "a:b", "@context": ' + REMOTE + b'}}, "b": {"b": 1}}',
        "relative.jsonld": b'{"@context": "../../publisher.toml", "@id": "a:a", "a:b": 1}',
    },
    43: {
        "comment.ttl": b"# fine\n# " + b"x" * (17 << 20),
        "text.ttl": TURTLE + b'"' + b"x" * (17 << 20) + b'" .',
        "iri.nt": b"<a:" + b"x" * (17 << 20) + b"> <a:b> <a:c> .",
        "prefix.ttl": b"@prefix a: <http://" + b"x" * (1 << 20) + b"> .\n" + b"a:x a:y a:z .\n" * 3000,
    },
    44: {
        "spaces.ttl": gzip.compress(b" " * (100 << 20), 1),
        "twice.ttl": gzip.compress(gzip.compress(b" " * (100 << 20), 1)),
        "slip.ttl": archive("../../../../tmp/slipped.ttl"),
        "slip.rdf": archive("/etc/slipped.rdf"),
        "packed.nt": bz2.compress(b" " * (10 << 20)),
        "packed.jsonld": lzma.compress(b" " * (10 << 20)),
        "packed.ttl": b"(\xb5/\xfd" + bytes(100),
    },
    45: {
        "two-bytes.ttl": "<a:a> <a:b> <a:c> .".encode("utf-16"),
        "four-bytes.ttl": "<a:a> <a:b> <a:c> .".encode("utf-32"),
        "latin.ttl": TURTLE + b"'caf\xe9' .",
        "overlong.ttl": TURTLE + b"'\xc0\xaf' .",
        "surrogate.ttl": TURTLE + b"'\xed\xa0\x80' .",
        "escaped-surrogate.ttl": TURTLE + b"'\\uD800' .",
        "past-unicode.ttl": TURTLE + b"'\\U00110000' .",
        "cut.ttl": TURTLE + b"'\xe2\x82",
        "nul.ttl": TURTLE + b"'a\\u0000b' .",
        "bad-iri.ttl": b"<a b> <a:b> <a:c> .",
        "newline-in-iri.ttl": b"<a:\n> <a:b> <a:c> .",
        "escaped-iri.ttl": b"<a:\\u0020> <a:b> <a:c> .",
        "bad-tag.ttl": TURTLE + b"'x'@-- .",
        "relative.nt": b"<a> <a:b> <a:c> .",
        "oops.ttl": TURTLE + b"oops .",
        "no text.ttl": TURTLE,
        "html.ttl": b"<!doctype html><html><title>404</title></html>",
    },
}


@pytest.mark.parametrize("row", BOMBS)
def test_check_survives_every_bomb_and_names_it(tmp_path: Path, row: int) -> None:
    folder = copy("tiny", tmp_path)
    with (folder / "publisher.toml").open("a") as settings:
        settings.write("\n[reading]\nseconds = 1\nmemory = 256\n")
    (folder / "shapes").mkdir(exist_ok=True)
    paths = [f"{place}/{name}" for name in BOMBS[row] for place in ("data", "shapes")[: 1 + (row == 40)]]
    for path in paths:
        (folder / path).write_bytes(BOMBS[row][path.partition("/")[2]])
    said = check(folder)
    assert said.returncode == 1
    assert "Traceback" not in said.stderr
    for path in paths:
        lines = [each for each in said.stdout.splitlines() if each.startswith(path)]
        assert lines, path
        assert len(lines) <= 100
        for line in lines:
            assert ": error: " in line
            assert len(line) < 700
    honest = {path.name for path in (folder / "data").iterdir()} - BOMBS[row].keys()
    assert not any(f"data/{name}" in said.stdout for name in honest)
    assert not Path("/tmp/slipped.ttl").exists()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: os.mkfifo(path), "a pipe, a socket or a device"),
        (lambda path: path.symlink_to("/etc/passwd"), "leads out of the folder"),
        (lambda path: path.symlink_to("/proc/self/environ"), "leads out of the folder"),
        (lambda path: path.symlink_to("/dev/zero"), "leads out of the folder"),
        (lambda path: path.symlink_to(path), "cannot be read"),
        (lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 1 << 40), "a file may have"),
    ],
    ids=["pipe", "password file", "environment", "device", "loop", "terabyte"],
)
def test_check_reads_plain_files_only(tmp_path: Path, make: Callable[[Path], None], message: str) -> None:
    folder = copy("tiny", tmp_path)
    make(folder / "data" / "evil.ttl")
    said = check(folder)
    assert said.returncode == 2
    assert said.stderr.startswith("publisher: data/evil.ttl: ")
    assert message in said.stderr
    assert "root:" not in said.stdout + said.stderr


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    """What the command says."""
    command = [sys.executable, "-m", "publisher", "check", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)


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
