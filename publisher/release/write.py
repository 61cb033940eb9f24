"""From Edition to Release: stage, load, verify, manifest last, then one rename.

Nobody sees anything of it before the rename; what a killed publisher leaves behind is swept away by the next.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime
from gzip import GzipFile
from importlib.metadata import version
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph
from pyoxigraph import NamedNode, Quad

from publisher.errors import ReleaseError
from publisher.formats import GRAPH_FORMATS, N_QUADS
from publisher.iris import Policy
from publisher.profiles.status import successors_in
from publisher.release.activate import RELEASES, sync
from publisher.release.documents import write_documents, write_places
from publisher.release.dumps import DUMPS, serialize, write_dumps
from publisher.release.edition import Edition, EditionDataset
from publisher.release.load import load
from publisher.release.manifest import FILE_NAME, Manifest, ManifestDataset, fact, files_in
from publisher.release.measured import measured
from publisher.release.order import ordered, ordered_triples
from publisher.release.proof import SIGNATURE, SUFFIX, Proof, prove
from publisher.release.prune import STAGE, sweep
from publisher.release.release import STATEMENTS, Release, open  # noqa: A004
from publisher.release.resources import resources
from publisher.report import Severity

SPACE: Final = 20
"""Bytes of disk that a release needs for each byte of source: store, index and seven dumps."""

Sign = Callable[[bytes], bytes]
"""Gives the signature of what it is given."""

LAYOUT: Final = "5"
"""Raised when the same content is written in another way: what was published before is then published again."""


def write(
    edition: Edition,
    directory: Path,
    policy: Policy,
    *,
    previous: Manifest | None,
    progress: Callable[[str], None],
    sign: Sign | None = None,
) -> Release:
    """Freeze an edition in `directory`, which the caller has locked, and open it; `sign` signs its proofs.

    Raises `ReleaseError` when the disk is full or a version would change its content.
    """
    _refuse_changed_versions(edition, previous)
    sweep(directory)
    _check_space(edition, directory)
    stage = directory / RELEASES / f"{STAGE}{os.getpid()}"
    try:
        stage.mkdir()
        manifest = _fill(stage, edition, policy, previous, progress, sign)
        final = directory / RELEASES / manifest.id
        progress("making sure that everything is on disk")
        for path in [*stage.rglob("*"), stage]:
            sync(path)
        stage.rename(final)
        sync(final.parent)
    except (OSError, sqlite3.Error) as error:
        said = getattr(error, "strerror", None) or error
        raise ReleaseError(f"{directory}: cannot write the release: {said}") from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return open(final)


def inputs(source: Mapping[str, bytes], config: bytes, address: str, commit: str) -> str:
    """A digest of all that goes into a release: files, settings, address, commit and programs."""
    digest = hashlib.sha256()
    parts = [config, *map(str.encode, (address, commit, LAYOUT, *_programs()))]
    for part in (*parts, *(each for path, content in sorted(source.items()) for each in (path.encode(), content))):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def content_digest(dataset: EditionDataset) -> str:
    """SHA-256 of a dataset's statements in their order, as canonical N-Quads."""
    written = pyoxigraph.serialize(dataset.quads, format=N_QUADS.engine)
    return hashlib.sha256(written or b"").hexdigest()


def _programs() -> tuple[str, str]:
    return f"publisher {version('publisher')}", f"pyoxigraph {version('pyoxigraph')}"


def _refuse_changed_versions(edition: Edition, previous: Manifest | None) -> None:
    """A version that people have may not change under their hands."""
    known = {(each.name, each.version): each.digest for each in previous.datasets} if previous else {}
    for dataset in edition.datasets:
        digest = known.get((dataset.name, dataset.version))
        if digest and previous and previous.base == edition.base and digest != content_digest(dataset):
            raise ReleaseError(
                f"publisher.toml: {dataset.name} {dataset.version} is published already with other content; "
                "add a [[dataset.version]] with a higher number"
            )


def _check_space(edition: Edition, directory: Path) -> None:
    needed = SPACE * sum(len(content) for content in edition.source.values())
    free = shutil.disk_usage(directory).free
    if free < needed:
        room = f"{free >> 20} MiB free, {needed >> 20} MiB needed"
        raise ReleaseError(f"{directory}: {room}; make room and try again")


def _fill(
    stage: Path,
    edition: Edition,
    policy: Policy,
    previous: Manifest | None,
    progress: Callable[[str], None],
    sign: Sign | None,
) -> Manifest:
    """Write everything into the stage; the manifest comes last."""
    catalog = list(edition.catalog)
    for dataset in edition.datasets:
        progress(f"writing the dumps of {dataset.name} {dataset.version}")
        catalog += _dump(stage, dataset, policy)
        progress(f"proving {dataset.name} {dataset.version}")
        _prove(stage, dataset, previous, sign)
    everything = ordered((*edition.content, *catalog))
    _write_catalog(stage, catalog)
    _write_statements(stage / STATEMENTS, everything)
    with ThreadPoolExecutor(1) as beside:
        loaded = beside.submit(load, stage / "store", stage / STATEMENTS)
        progress("writing the description of each resource")
        _write_documents(stage / "documents" / "documents.sqlite", edition, everything, policy)
        _write_records(stage, edition)
        progress(f"loading {len(everything)} statements into the store")
        quads = loaded.result()
    manifest = _manifest(stage, edition, everything, quads, previous)
    (stage / FILE_NAME).write_text(manifest.as_json(), "utf-8")
    return manifest


def _dump(stage: Path, dataset: EditionDataset, policy: Policy) -> list[Quad]:
    """Write the dumps of a dataset with their checksums; what the catalogue has to say about them."""
    directory = stage / "dumps" / dataset.name
    graph = NamedNode(policy.graph("catalogus"))
    found: list[Quad] = []
    sums = []
    for suffix, path in write_dumps(dataset.quads, directory, dataset.version).items():
        written = fact(path)
        sums.append(f"{written.sha256}  {path.name}\n")
        if suffix in dataset.distributions:
            found += measured(dataset.distributions[suffix], written.size, written.sha256, graph)
    (directory / "SHA256SUMS").write_text("".join(sums))
    return found


def _prove(stage: Path, dataset: EditionDataset, previous: Manifest | None, sign: Sign | None) -> None:
    """Write the proof of a version, and its signature: a new one, or that which the same proof had before."""
    dumps = stage / "dumps" / dataset.name
    names = [f"{dataset.version}.{suffix}" for suffix, _, _ in DUMPS]
    proof = prove(dataset.iri, dataset.version, dataset.quads, {name: fact(dumps / name) for name in names})
    earlier = stage.parent / (previous.id if previous else "") / "dumps" / dataset.name
    signature = sign(proof.as_json()) if sign else _signature(earlier, dataset.version, proof)
    for suffix, content in ((SUFFIX, proof.as_json()), (SIGNATURE, signature)):
        path = dumps / f"{dataset.version}.{suffix}"
        # Never into a file that another release may share.
        path.unlink(missing_ok=True)
        if content:
            path.write_bytes(content)


def _signature(dumps: Path, version: str, proof: Proof) -> bytes:
    """The signature of the same proof of this version among these dumps; empty when there is none."""
    try:
        same = (dumps / f"{version}.{SUFFIX}").read_bytes() == proof.as_json()
        return (dumps / f"{version}.{SIGNATURE}").read_bytes() if same else b""
    except FileNotFoundError:
        return b""


def _write_catalog(stage: Path, catalog: list[Quad]) -> None:
    directory = stage / "catalog"
    directory.mkdir()
    statements = ordered_triples(catalog)
    for format in GRAPH_FORMATS:
        (directory / f"catalog.{format.suffix}").write_bytes(serialize(statements, format))


def _write_documents(path: Path, edition: Edition, everything: tuple[Quad, ...], policy: Policy) -> None:
    write_documents(
        (each for each, _ in resources(everything, {})),
        policy,
        path,
        successors=successors_in(everything),
        aliases=edition.aliases,
    )
    write_places(edition.places, path)


def _write_statements(path: Path, quads: tuple[Quad, ...]) -> None:
    """All that is in the store as N-Quads: who wants it in memory reads this sooner than the store itself."""
    with path.open("wb") as file, GzipFile("", "wb", 1, file, mtime=0) as compressed:
        pyoxigraph.serialize(quads, cast(IO[bytes], compressed), format=N_QUADS.engine)


def _write_records(stage: Path, edition: Edition) -> None:
    """The source, the settings, the report, the presentation and the saved queries."""
    for path, content in edition.source.items():
        target = stage / "source" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (stage / "source" / "publisher.toml").write_bytes(edition.config)
    _write_json(stage / "report.json", edition.report.as_json())
    rows = {kind: [asdict(each) for each in properties] for kind, properties in edition.presentation.items()}
    _write_json(stage / "presentation.json", rows)
    _write_json(stage / "queries.json", [asdict(each) for each in edition.queries])


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1, default=dict) + "\n", "utf-8")


def _manifest(
    stage: Path, edition: Edition, everything: tuple[Quad, ...], quads: int, previous: Manifest | None
) -> Manifest:
    datasets = tuple(_dataset(each) for each in edition.datasets)
    sequence = _next_sequence(stage.parent)
    digest = hashlib.sha256("".join(each.digest for each in datasets).encode()).hexdigest()
    program, engine = _programs()
    return Manifest(
        sequence=sequence,
        id=f"{sequence:06d}-{digest[:8]}",
        base=edition.base,
        address=edition.address,
        languages=edition.languages,
        datasets=datasets,
        graphs=dict(sorted(Counter(str(getattr(quad.graph_name, "value", "")) for quad in everything).items())),
        triples=len({quad.triple for quad in everything}),
        quads=quads,
        files={path: fact(file) for path, file in files_in(stage)},
        inputs=inputs(edition.source, edition.config, edition.address, edition.commit),
        commit=edition.commit,
        dirty=edition.dirty,
        draft=edition.draft,
        committed=edition.committed.isoformat() if edition.committed else "",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        changed=edition.changed.isoformat(),
        program=program,
        engine=engine,
        warnings=edition.report.count(Severity.WARNING),
        previous=previous.id if previous else "",
    )


def _dataset(dataset: EditionDataset) -> ManifestDataset:
    triples = len({quad.triple for quad in dataset.quads})
    return ManifestDataset(dataset.name, dataset.version, dataset.iri, triples, content_digest(dataset))


def _next_sequence(releases: Path) -> int:
    """One more than any release here: order never depends on the clock."""
    numbers = [int(each.name[:6]) for each in releases.iterdir() if each.name[:6].isdigit()]
    return max(numbers, default=0) + 1
