"""Everything that needs judgement, once, before publication: `compile(source, config, previous) -> Edition`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time
from fnmatch import fnmatch
from importlib import import_module

from pyoxigraph import Quad

from publisher.compiler.aliases import check_aliases
from publisher.compiler.catalog import describe_catalog, distributions
from publisher.compiler.dates import Dates, fill_dates
from publisher.compiler.entail import entail, semantics
from publisher.compiler.forms import check_forms
from publisher.compiler.history import changes_in
from publisher.compiler.labels import fill
from publisher.compiler.links import check_links, locate
from publisher.compiler.notations import check_notations
from publisher.compiler.parse import Stated, parse
from publisher.compiler.persistence import check_addresses, standing
from publisher.compiler.places import places
from publisher.compiler.presentation import presentation
from publisher.compiler.previous import Previous, past_of, read_previous
from publisher.compiler.published import read_aliases, read_published
from publisher.compiler.queries import read_queries, try_queries
from publisher.compiler.versions import check_versions, compare_datasets
from publisher.config import FILE_NAME, Config, Dataset
from publisher.errors import ContentError
from publisher.garbage import uncollected
from publisher.release import Release
from publisher.release.edition import Edition, EditionDataset
from publisher.release.order import ordered
from publisher.release.past import Past, read_past
from publisher.report import Finding, Report, Severity
from publisher.source import Source

Progress = Callable[[str], None]


@uncollected()
def compile(
    source: Source,
    config: Config,
    progress: Progress,
    previous: Release | None = None,
    draft: Iterable[Finding] | None = None,
) -> Edition:
    """Turn a source into everything we will publish, or say precisely why not.

    Raises `ContentError` with the report when the content does not conform, or does not agree with what was
    published before (None: nothing was); the report of an edition holds warnings only. A draft, with findings that
    others have made, stops at what cannot be read only; its report has everything.
    """
    stated = _read_and_load(source, config, progress)
    from publisher.compiler.validate import program_shapes

    past = past_of(previous, config.base)
    datasets = _datasets(stated, source, config, past)
    before = read_previous(previous, past, datasets, config.policy)
    content = [quad for dataset in datasets for quad in dataset.quads]
    catalog = describe_catalog(datasets, content, config, past)
    aliases = read_aliases(source.published, config.policy)
    findings = [
        *stated.findings,
        *_validated(content, catalog, source, config, progress),
        *_checked(stated, content, catalog, source, config, before),
    ]
    saved = read_queries(source.queries, config)
    tried = try_queries(saved.queries, [*content, *catalog], config.sparql, progress)
    located = map(_in_settings, locate(findings, stated))
    compared = compare_datasets(datasets, before, config.policy, aliases)
    versions = check_versions(datasets, before, compared, config.base, config.languages)
    found = [*located, *versions, *saved.findings, *tried]
    report = stop_at(found, "does not conform") if draft is None else Report(tuple(sorted([*found, *draft])))
    return Edition(
        base=config.base,
        languages=config.languages,
        datasets=datasets,
        catalog=catalog,
        presentation=presentation((*source.shapes, *program_shapes()), config.base),
        report=report,
        source=files_of(source),
        config=source.settings,
        address=config.address,
        changed=_changed(config, source),
        changes=changes_in(datasets, before, compared, config.policy, aliases),
        queries=saved.queries,
        aliases=aliases,
        places=places(stated) if config.editing.source else {},
        commit=source.commit,
        dirty=source.dirty,
        draft=draft is not None,
        words=sum(len(each.quads) for each in datasets) <= config.sparql.words,
        committed=source.committed,
    )


def _read_and_load(source: Source, config: Config, progress: Progress) -> Stated:
    """What `read_stated` gives, while what checks it is loaded."""
    with ThreadPoolExecutor(1) as beside:
        # Half a second to load, while another process reads; that is in this package too and has no need of it.
        beside.submit(import_module, "publisher.compiler.validate")
        return read_stated(source, config, progress)


def read_datasets(source: Source, config: Config, progress: Progress) -> tuple[EditionDataset, ...]:
    """What would be published, unchecked. Raises `ContentError` when a file cannot be read."""
    past = read_past(config.releases, config.base)
    return _datasets(read_stated(source, config, progress), source, config, past)


def files_of(source: Source) -> dict[str, bytes]:
    """The bytes of every file that was read, by path."""
    files = {each.path: each.content for each in (*source.files, *source.queries)}
    return files if source.published is None else files | {"data/published.txt": source.published.encode()}


def stop_at(findings: Iterable[Finding], what: str) -> Report:
    """The report of these findings, in order. Raises `ContentError` when one of them is a violation."""
    report = Report(tuple(sorted(findings)))
    if not report.conforms:
        count = report.count(Severity.VIOLATION)
        raise ContentError(f"the content {what}: {count} error{'s' * (count != 1)}", report)
    return report


def read_stated(source: Source, config: Config, progress: Progress) -> Stated:
    """All content as it is written, tables as statements. Raises `ContentError` when a file cannot be read."""
    stated = parse(source, config.policy, config.reading, progress)
    stop_at(stated.findings, "cannot be read")
    return fill(stated, config)


def _datasets(stated: Stated, source: Source, config: Config, past: Past) -> tuple[EditionDataset, ...]:
    return tuple(_dataset(each, stated, source, config, past) for each in config.dataset)


def _dataset(dataset: Dataset, stated: Stated, source: Source, config: Config, past: Past) -> EditionDataset:
    """The statements of one dataset, with what follows from them if it asks for that."""
    files = [each for each in stated.files if any(fnmatch(each.path, pattern) for pattern in dataset.files)]
    quads = [quad for file in files for quad in file.quads]
    if dataset.entail:
        quads += entail(quads, config.policy.minted)
        quads += fill_dates(quads, _dates(dataset, source, config, past), config.policy.minted)
    content = ordered(quads)
    return EditionDataset(
        name=dataset.name,
        version=dataset.current.number,
        iri=config.policy.thing("dataset", dataset.name),
        quads=content,
        distributions=distributions(config.policy, dataset.name, content),
        date=dataset.current.date,
        notes=dataset.current.notes,
    )


def _dates(dataset: Dataset, source: Source, config: Config, past: Past) -> Dates:
    """The days that published.txt and the history know, and the content to compare with."""
    days = {version.number: version.date for version in dataset.version}
    recorded = read_published(source.published, config.policy)
    last = past.version(dataset.name, dataset.current.number) or past.newest(dataset.name)
    return Dates(
        dataset.current.date,
        lambda iri: days.get(recorded.get(iri, "")),
        past.first_days(dataset.name).get,
        past.statements(last) if last else (),
    )


def _validated(
    content: Sequence[Quad], catalog: Sequence[Quad], source: Source, config: Config, progress: Progress
) -> list[Finding]:
    """What the shapes say: the program's and the site's about the content, the program's about the catalogue."""
    from publisher.compiler.validate import program_shapes, validate

    meaning = semantics(standing(content))
    progress(f"checking {len(content)} statements against the shapes")
    shapes = (*program_shapes("skos.ttl"), *source.shapes)
    return [
        *validate(meaning, shapes, config.base, languages=config.languages),
        *validate(catalog, program_shapes("dcat-ap.ttl"), config.base, languages=config.languages),
    ]


def _checked(
    stated: Stated,
    content: Sequence[Quad],
    catalog: Sequence[Quad],
    source: Source,
    config: Config,
    before: Previous,
) -> Iterator[Finding]:
    """What no shape can say."""
    everything, policy = [*content, *catalog], config.policy
    yield from check_links(stated, everything, policy, read_aliases(source.published, policy))
    yield from check_forms(stated)
    yield from check_notations(content, before, config)
    yield from check_aliases(everything, source.published, policy)
    yield from check_addresses(everything, source.published, before, policy, config.languages)


def _in_settings(finding: Finding) -> Finding:
    """What is wrong with the computed catalogue is put right in the settings."""
    return finding if finding.path else dataclasses.replace(finding, path=FILE_NAME)


def _changed(config: Config, source: Source) -> datetime:
    """The time of the commit, else the day of the newest version."""
    if source.committed is not None and not source.dirty:
        return source.committed.astimezone(UTC)
    newest = max(dataset.current.date for dataset in config.dataset)
    return datetime.combine(newest, time.min, UTC)
