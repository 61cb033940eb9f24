"""From Edition to Release: stage, load, verify, manifest last, then one rename.

Nobody sees anything of it before the rename; what a killed publisher leaves behind is swept away by the next.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from gzip import GzipFile
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph
from pyoxigraph import NamedNode, Quad

from publisher.errors import ReleaseError
from publisher.formats import GRAPH_FORMATS, N_QUADS
from publisher.iris import SEARCH, Policy
from publisher.profiles.status import successors_in
from publisher.release import history, schemes, search, words
from publisher.release.activate import RELEASES, sync
from publisher.release.documents import write_documents, write_places
from publisher.release.dumps import DUMPS, serialize, write_dumps
from publisher.release.edition import Changed, Edition, EditionDataset
from publisher.release.history import Recorder, VersionRow
from publisher.release.load import load
from publisher.release.manifest import (
    FILE_NAME,
    FileFact,
    Manifest,
    ManifestDataset,
    ManifestVersion,
    fact,
    files_in,
)
from publisher.release.measured import measured
from publisher.release.order import count_triples, graphs_of, merged, ordered, ordered_triples
from publisher.release.past import Past, read_past, share, take_over, write_checksums
from publisher.release.proof import SIGNATURE, SUFFIX, prove
from publisher.release.prune import STAGE, sweep
from publisher.release.release import STATEMENTS, Release, open  # noqa: A004
from publisher.release.resources import Resource, resources
from publisher.report import Severity

SPACE: Final = 20
"""Bytes of disk that a release needs for each byte of source: store, index and eight dumps."""

Sign = Callable[[bytes], bytes]
"""Gives the signature of what it is given."""

LAYOUT: Final = "9"
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

    `previous` is what was in force; None when nothing was, and the past begins with this. Raises `ReleaseError`
    when the disk is full or a version would change its content.
    """
    datasets = tuple(map(_dataset, edition.datasets))
    past = read_past(directory, edition.base) if previous else Past()
    _refuse_changed_versions(datasets, past, previous if previous and previous.base == edition.base else None)
    sweep(directory)
    _check_space(edition, directory)
    stage = directory / RELEASES / f"{STAGE}{os.getpid()}"
    plan = _Plan(edition, policy, datasets, past, previous, _next_sequence(directory / RELEASES))
    try:
        stage.mkdir()
        manifest = _fill(stage, plan, progress, sign)
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
    # Loaded by those who publish only: it is as large as half of this package.
    from importlib.metadata import version

    return f"publisher {version('publisher')}", f"pyoxigraph {version('pyoxigraph')}"


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be written, after what: `past` is what the newest release holds, `previous` was in force."""

    edition: Edition
    policy: Policy
    datasets: tuple[ManifestDataset, ...]
    past: Past
    previous: Manifest | None
    sequence: int

    @property
    def id(self) -> str:
        """The sequence, and a digest of the content."""
        digest = hashlib.sha256("".join(each.digest for each in self.datasets).encode()).hexdigest()
        return f"{self.sequence:06d}-{digest[:8]}"

    @property
    def new(self) -> tuple[VersionRow, ...]:
        """The versions that were never published before."""
        both = zip(self.edition.datasets, self.datasets, strict=True)
        return tuple(
            self._version(dataset, row) for dataset, row in both if not self.past.version(row.name, row.version)
        )

    def _version(self, dataset: EditionDataset, row: ManifestDataset) -> VersionRow:
        last, changes = self.past.newest(row.name), self.edition.changes.get((row.name, row.version))
        return VersionRow(
            row.name,
            row.version,
            dataset.date,
            dataset.notes,
            changes.verdict if changes else "",
            last.ordinal + 1 if last else 1,
            self.id,
            row.triples,
            row.digest,
        )


def _refuse_changed_versions(datasets: Iterable[ManifestDataset], past: Past, previous: Manifest | None) -> None:
    """A version that people have may not change under their hands."""
    known = {(each.name, each.version): each.digest for each in previous.datasets} if previous else {}
    known |= {(each.dataset, each.number): each.digest for each in past.versions}
    for each in datasets:
        if known.get((each.name, each.version), each.digest) != each.digest:
            raise ReleaseError(
                f"publisher.toml: {each.name} {each.version} is published already with other content; "
                "add a [[dataset.version]] with a higher number"
            )


def _check_space(edition: Edition, directory: Path) -> None:
    needed = SPACE * sum(len(content) for content in edition.source.values())
    free = shutil.disk_usage(directory).free
    if free < needed:
        room = f"{free / 2**20:.1f} MiB free, {needed / 2**20:.1f} MiB needed"
        raise ReleaseError(f"{directory}: {room}; make room and try again")


def _fill(stage: Path, plan: _Plan, progress: Callable[[str], None], sign: Sign | None) -> Manifest:
    """Write everything into the stage; the manifest comes last."""
    edition = plan.edition
    catalog = list(edition.catalog)
    facts = dict(take_over(plan.past, stage))
    for dataset in edition.datasets:
        progress(f"writing the dumps of {dataset.name} {dataset.version}")
        catalog += _dump(stage, dataset, facts, plan.policy)
        # Nobody downloads a draft, and who waits for it would wait for another process.
        if not edition.draft:
            progress(f"proving {dataset.name} {dataset.version}")
            _prove(stage, dataset, facts, sign)
    write_checksums(stage, facts)
    everything = merged((*(dataset.quads for dataset in edition.datasets), ordered(catalog)))
    _write_catalog(stage, catalog)
    found_by = _words(plan, everything)
    _write_statements(stage / STATEMENTS, (*everything, *found_by))
    with ThreadPoolExecutor(1) as beside:
        loaded = beside.submit(load, stage / "store", stage / STATEMENTS)
        progress("writing the description of each resource")
        _describe(stage, plan, everything)
        _write_records(stage, edition)
        progress(f"loading {len(everything)} statements into the store")
        quads = loaded.result()
    manifest = _manifest(stage, plan, everything, quads, facts)
    if found_by:
        graphs = {**manifest.graphs, plan.policy.graph(SEARCH): len(found_by)}
        manifest = replace(manifest, graphs=dict(sorted(graphs.items())))
    (stage / FILE_NAME).write_text(manifest.as_json(), "utf-8")
    return manifest


def _dump(stage: Path, dataset: EditionDataset, facts: dict[str, FileFact], policy: Policy) -> list[Quad]:
    """Write the dumps of a dataset that are not there yet; what the catalogue has to say about them.

    `facts` are of the dumps that are there, by their paths, and then of these too.
    """
    graph = NamedNode(policy.graph("catalogus"))
    found: list[Quad] = []
    paths = write_dumps(dataset.quads, stage / "dumps" / dataset.name, dataset.version)
    for suffix, path in paths.items():
        name = path.relative_to(stage).as_posix()
        written = facts[name] = facts.get(name) or fact(path)
        if suffix in dataset.distributions:
            found += measured(dataset.distributions[suffix], written.size, written.sha256, graph)
    return found


def _prove(stage: Path, dataset: EditionDataset, facts: dict[str, FileFact], sign: Sign | None) -> None:
    """Write the proof of a version, and its signature: a new one, or that which the same proof had before."""
    start = f"dumps/{dataset.name}/{dataset.version}"
    held = ((suffix, facts.get(f"{start}.{suffix}")) for suffix, _, _ in DUMPS)
    files = {f"{dataset.version}.{suffix}": fact for suffix, fact in held if fact}
    proof = prove(dataset.iri, dataset.version, dataset.quads, files).as_json()
    same = _replace(stage, f"{start}.{SUFFIX}", proof, facts)
    if sign or not same:
        _replace(stage, f"{start}.{SIGNATURE}", sign(proof) if sign else b"", facts)


def _replace(stage: Path, name: str, content: bytes, facts: dict[str, FileFact]) -> bool:
    """Have this content in a file that other releases may share, or no file for none; whether it was so."""
    path = stage / name
    if path.exists() and path.read_bytes() == content:
        return True
    facts.pop(name, None)
    path.unlink(missing_ok=True)
    if content:
        path.write_bytes(content)
    return False


def _describe(stage: Path, plan: _Plan, everything: Sequence[Quad]) -> None:
    """Write what is said about each resource, what was, what people find it by, and where concepts stand."""
    documents, aliases = stage / "documents" / "documents.sqlite", plan.edition.aliases
    successors, languages = successors_in(everything), plan.edition.languages
    with (
        search.indexing(stage / search.FILE, languages, plan.policy) as index,
        schemes.indexing(stage / schemes.FILE, languages) as standing,
    ):
        write_documents(
            standing.passing(index.passing(_remembered(stage, plan, everything))),
            plan.policy,
            documents,
            successors=successors,
            aliases=aliases,
        )
        index.succeed(successors)
        index.remember(search.former_labels(stage / history.FILE, aliases, index.withdrawn))
    write_places(plan.edition.places, documents)


def _remembered(stage: Path, plan: _Plan, everything: Sequence[Quad]) -> Iterator[Resource]:
    """Every resource; what it is in a new version goes into the history on the way."""
    new, path = plan.new, stage / history.FILE
    if plan.past.history and not new:
        share(plan.past.history, path)
        yield from (whole for whole, _ in resources(everything, {}))
        return
    names = {row.dataset for row in new}
    own = {each.name: each.quads for each in plan.edition.datasets if each.name in names}
    with history.extending(path, plan.past.history, plan.policy) as recorder:
        for version in plan.past.versions if plan.past.history is None else ():
            _fold(version, plan, recorder)
        for row in new:
            recorder.begin(row)
        for whole, parts in resources(everything, own):
            for name, part in parts.items():
                recorder.record(name, part)
            yield whole
        for row in new:
            recorder.end(row.dataset, _changes(row, plan.edition))


def _fold(version: VersionRow, plan: _Plan, recorder: Recorder) -> None:
    """Record a version that was published when no history was kept."""
    changes = plan.edition.changes.get((version.dataset, version.number))
    recorder.begin(replace(version, verdict=changes.verdict) if changes else version)
    for each, _ in resources(plan.past.statements(version), {}):
        recorder.record(version.dataset, each)
    recorder.end(version.dataset, _changes(version, plan.edition))


def _changes(version: VersionRow, edition: Edition) -> tuple[Changed, ...]:
    found = edition.changes.get((version.dataset, version.number))
    return found.resources if found else ()


def _write_catalog(stage: Path, catalog: list[Quad]) -> None:
    directory = stage / "catalog"
    directory.mkdir()
    statements = ordered_triples(catalog)
    for format in GRAPH_FORMATS:
        (directory / f"catalog.{format.suffix}").write_bytes(serialize(statements, format))


def _words(plan: _Plan, everything: Sequence[Quad]) -> list[Quad]:
    """What queries find names by, if they are to."""
    graph = NamedNode(plan.policy.graph(SEARCH))
    if not plan.edition.words:
        return []
    if any(quad.graph_name == graph for quad in everything):
        raise ReleaseError(f"{SEARCH}.ttl: its graph {graph} is the one of search; give the file another name")
    return list(words.words_of(everything, plan.policy))


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
    stage: Path, plan: _Plan, everything: Sequence[Quad], quads: int, facts: Mapping[str, FileFact]
) -> Manifest:
    edition = plan.edition
    program, engine = _programs()
    return Manifest(
        sequence=plan.sequence,
        id=plan.id,
        base=edition.base,
        address=edition.address,
        languages=edition.languages,
        datasets=plan.datasets,
        versions=tuple(map(_held, (*plan.past.versions, *plan.new))),
        graphs=dict(sorted((graph.value, len(own)) for graph, own in graphs_of(everything))),
        triples=count_triples(everything),
        quads=quads,
        files={path: facts.get(path) or fact(file) for path, file in files_in(stage)},
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
        previous=plan.previous.id if plan.previous else "",
    )


def _dataset(dataset: EditionDataset) -> ManifestDataset:
    triples = count_triples(dataset.quads)
    return ManifestDataset(dataset.name, dataset.version, dataset.iri, triples, content_digest(dataset))


def _held(version: VersionRow) -> ManifestVersion:
    return ManifestVersion(version.dataset, version.number, version.date.isoformat())


def _next_sequence(releases: Path) -> int:
    """One more than any release here: order never depends on the clock."""
    numbers = [int(each.name[:6]) for each in releases.iterdir() if each.name[:6].isdigit()]
    return max(numbers, default=0) + 1
