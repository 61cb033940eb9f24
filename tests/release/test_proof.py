"""A proof is the same wherever it is computed, ends in time, and can be signed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from building import compiled, copy, edit, published
from keys import private, public
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from publisher.errors import ConfigError, ReleaseDamaged
from publisher.release.manifest import fact
from publisher.release.proof import RDFC, REFINED, from_json, hashes, prove, refined
from publisher.release.signature import private_key, public_key, signs

GRAPH = NamedNode("http://g/1")
P = NamedNode("http://x/p")

TURTLE = r"""
@prefix : <http://x/> .
:a :p [ :q 1 ], [ :q 1 ; :r [ :s "x\u0001\u007F\u0085\"\n"@nl ] ], [ :q 2 ] .
:b :p [ :q 1 ], ( 1 2 3 [ :z [] ] ) ; :name "gewoon"@nl-be, "\t"^^:d .
_:x :knows _:y . _:y :knows _:z . _:z :knows _:x . :c :d :e . _:x :k :c .
"""


def clique(size: int) -> list[Quad]:
    nodes = [BlankNode(f"n{number}") for number in range(size)]
    return [Quad(one, P, other, GRAPH) for one in nodes for other in nodes if one != other]


def in_two_graphs() -> list[Quad]:
    """Statements of two graphs that share blank nodes."""
    triples = parse(TURTLE, RdfFormat.TURTLE)
    return [
        Quad(each.subject, each.predicate, each.object, NamedNode(f"http://g/{1 if number % 3 else 2}"))
        for number, each in enumerate(triples)
    ]


def renamed(quads: list[Quad]) -> list[Quad]:
    """The same with other names of blank nodes, in another order."""
    names: dict[object, BlankNode] = {}

    def name(term: object) -> object:
        return names.setdefault(term, BlankNode()) if isinstance(term, BlankNode) else term

    changed = [Quad(name(e.subject), e.predicate, name(e.object), e.graph_name) for e in quads]  # type: ignore[arg-type]
    random.Random(7).shuffle(changed)
    return changed


def test_the_hashes_are_those_that_another_implementation_computes() -> None:
    """By the npm package rdf-canonize 5, algorithm RDFC-1.0, then SHA-256 of what it writes."""
    content, graphs = hashes(in_two_graphs())
    assert (content.statements, content.algorithm) == (27, RDFC)
    assert content.sha256 == "56fb7680e5e4ef9cb196bb217bdb3e07d3caa1465646c9db34cbc717d80a0183"
    assert graphs["http://g/1"].sha256 == "15565e72263ff2674fa54e0153054372c62baa9c5e53e94a82f63931f1490e95"


@pytest.mark.parametrize("quads", [in_two_graphs(), clique(4)], ids=["usual", "clique"])
def test_neither_order_nor_names_of_blank_nodes_matter(quads: list[Quad]) -> None:
    assert hashes(quads) == hashes(renamed(quads))


def test_poison_ends_in_time_and_says_so_while_other_graphs_have_their_hash() -> None:
    other = Quad(NamedNode("http://x/a"), P, BlankNode("b"), NamedNode("http://g/2"))
    poison = [*clique(12), other]
    content, graphs = hashes(poison, 0)
    assert graphs["http://g/1"].algorithm == content.algorithm == REFINED
    assert graphs["http://g/2"].algorithm == RDFC
    assert (content, graphs) == hashes(renamed(poison), 0)


def test_our_own_way_tells_a_clique_from_one_without_an_edge() -> None:
    assert refined(clique(12)) == refined(renamed(clique(12)))
    assert refined(clique(12)) != refined(clique(12)[1:])


def test_statements_about_statements_are_hashed_in_our_own_way() -> None:
    about = Quad(NamedNode("http://x/a"), P, Triple(BlankNode("a"), P, Literal("x")), GRAPH)
    assert hashes([about])[0].algorithm == REFINED
    assert hashes([about])[0] == hashes(renamed([about]))[0]


def test_what_has_no_blank_nodes_needs_no_child() -> None:
    quad = Quad(NamedNode("http://x/a"), P, Literal("x"), GRAPH)
    assert hashes([quad], 0)[0].algorithm == RDFC


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy("tiny", tmp_path_factory.mktemp("site"))


def test_a_release_has_the_proof_of_its_versions(tiny: Path) -> None:
    release = published(tiny)
    path = release.dump("seasons", "1.0.0.proof.json")
    assert path is not None
    proof = from_json(path.read_bytes(), "it")
    [dataset] = compiled(tiny).datasets
    assert proof == prove(dataset.iri, "1.0.0", dataset.quads, proof.files)
    assert proof.content.statements == len(dataset.quads) == sum(e.statements for e in proof.graphs.values())
    assert set(proof.files) == {
        f"1.0.0.{each}" for each in ("ttl", "nt", "jsonld", "rdf", "trig", "nq", "csv", "xlsx")
    }
    for name, expected in proof.files.items():
        assert fact(release.directory / "dumps" / "seasons" / name) == expected


def test_two_clean_folders_give_equal_proofs(tiny: Path, tmp_path: Path) -> None:
    one, two = (published(each).dump("seasons", "1.0.0.proof.json") for each in (tiny, copy("tiny", tmp_path)))
    assert one is not None
    assert two is not None
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"layout": 9}', b'{"layout": 1, "content": []}'], ids=str
)
def test_what_is_no_proof_is_named(content: bytes) -> None:
    with pytest.raises(ReleaseDamaged, match="x is not a proof"):
        from_json(content, "x")


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key as the documentation says to make one."""
    return private(tmp_path_factory.mktemp("keys") / "editors.pem")


def test_a_signature_is_of_these_bytes_only(key: Path) -> None:
    signature = private_key(key).sign(b"proof")
    for text in (public(key), public(key).splitlines()[1]):
        known = public_key(text, "key")
        assert signs(known, b"proof", signature)
        assert not signs(known, b"proofs", signature)
        assert not signs(known, b"proof", signature[:-1] + b"x")
        assert not signs(known, b"proof", b"")


def test_openssl_agrees(key: Path, tmp_path: Path) -> None:
    files = {"pub.pem": public(key).encode(), "proof": b"proof", "sig": private_key(key).sign(b"proof")}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    arguments = "pkeyutl -verify -pubin -inkey pub.pem -rawin -in proof -sigfile sig".split()
    subprocess.run(["openssl", *arguments], cwd=tmp_path, check=True, capture_output=True)


@pytest.mark.parametrize("kind", ["missing", "text", "public", "other"])
def test_what_is_no_key_is_explained(key: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "key.pem"
    match kind:
        case "text":
            path.write_text("secret")
        case "public":
            path.write_text(public(key))
        case "other":
            subprocess.run(["openssl", "genpkey", "-algorithm", "x25519", "-out", path], check=True)
    with pytest.raises(ConfigError, match=r"key\.pem"):
        private_key(path)
    with pytest.raises(ConfigError, match="openssl pkey"):
        public_key("AAAA", "key")


@pytest.mark.slow
def test_a_signature_stays_with_its_proof(tiny: Path, key: Path, tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)

    def publish(*arguments: str | Path) -> str:
        command = [sys.executable, "-m", "publisher", "publish", folder, *arguments]
        return subprocess.check_output(command, text=True)

    def signature() -> bytes:
        [found] = (folder / "var" / "current" / "dumps" / "seasons").glob("*.sig")
        return found.read_bytes()

    publish()
    assert "is in force" in publish("--key", key)
    signed = signature()
    assert "nothing has changed" in publish("--key", key)
    assert "nothing has changed" in publish()
    edit(folder / "publisher.toml", 'keywords.en = ["season"]', 'keywords.en = ["year"]')
    assert "is in force" in publish()
    assert signature() == signed
    manifest = json.loads((folder / "var" / "current" / "manifest.json").read_bytes())
    assert "dumps/seasons/1.0.0.proof.sig" in manifest["files"]
