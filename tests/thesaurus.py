"""A thesaurus of the kind that a world organisation keeps, made up: five languages in three scripts, many tops.

Nothing in it is made for this program: it is as another tool would export it, with one direction of some
relations, groups of its own classes, several concepts above one, and labels that are missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from pathlib import Path

SCHEME = "http://vocabularies.unesco.org/thesaurus"
CONCEPTS = 4414
LANGUAGES = ("en", "fr", "es", "ru", "ar")

Words = tuple[str, str, str, str, str]
"""The same in each of these languages."""

TOPICS: tuple[tuple[Words, Words], ...] = tuple(
    (tuple(one.split(", ")), tuple(of.split(", ")))  # type: ignore[misc]
    for one, of in (
        ("Water, Eau, Agua, Вода, المياه", "of water, de l'eau, del agua, воды, المياه"),
        ("Schools, Écoles, Escuelas, Школы, المدارس", "of schools, des écoles, de las escuelas, школ, المدارس"),
        ("Music, Musique, Música, Музыка, الموسيقى", "of music, de la musique, de la música, музыки, الموسيقى"),
        ("Forests, Forêts, Bosques, Леса, الغابات", "of forests, des forêts, de los bosques, лесов, الغابات"),
        ("Museums, Musées, Museos, Музеи, المتاحف", "of museums, des musées, de los museos, музеев, المتاحف"),
        ("Energy, Énergie, Energía, Энергия, الطاقة", "of energy, de l'énergie, de la energía, энергии, الطاقة"),
        ("Languages, Langues, Lenguas, Языки, اللغات",
         "of languages, des langues, de las lenguas, языков, اللغات"),
        ("Children, Enfants, Niños, Дети, الأطفال", "of children, des enfants, de los niños, детей, الأطفال"),
        ("Oceans, Océans, Océanos, Океаны, المحيطات", "of oceans, des océans, de los océanos, океанов, المحيطات"),
        ("Libraries, Bibliothèques, Bibliotecas, Библиотеки, المكتبات",
         "of libraries, des bibliothèques, de las bibliotecas, библиотек, المكتبات"),
        ("Workers, Travailleurs, Trabajadores, Работники, العمال",
         "of workers, des travailleurs, de los trabajadores, работников, العمال"),
        ("Trade, Commerce, Comercio, Торговля, التجارة", "of trade, du commerce, del comercio, торговли, التجارة"),
        ("Animals, Animaux, Animales, Животные, الحيوانات",
         "of animals, des animaux, de los animales, животных, الحيوانات"),
        ("Newspapers, Journaux, Periódicos, Газеты, الصحف",
         "of newspapers, des journaux, de los periódicos, газет, الصحف"),
        ("Theatre, Théâtre, Teatro, Театр, المسرح", "of theatre, du théâtre, del teatro, театра, المسرح"),
        ("Soils, Sols, Suelos, Почвы, التربة", "of soils, des sols, de los suelos, почв, التربة"),
        ("Housing, Logement, Vivienda, Жильё, الإسكان", "of housing, du logement, de la vivienda, жилья, الإسكان"),
        ("Film, Cinéma, Cine, Кино, السينما", "of film, du cinéma, del cine, кино, السينما"),
        ("Climate, Climat, Clima, Климат, المناخ", "of climate, du climat, del clima, климата, المناخ"),
        ("Mathematics, Mathématiques, Matemáticas, Математика, الرياضيات",
         "of mathematics, des mathématiques, de las matemáticas, математики, الرياضيات"),
        ("Elections, Élections, Elecciones, Выборы, الانتخابات",
         "of elections, des élections, de las elecciones, выборов, الانتخابات"),
        ("Archives, Archives, Archivos, Архивы, الأرشيف",
         "of archives, des archives, de los archivos, архивов, الأرشيف"),
    )
)  # fmt: skip

ASPECTS: tuple[Words, ...] = tuple(
    tuple(each.split(", "))  # type: ignore[misc]
    for each in (
        "Planning, Planification, Planificación, Планирование, تخطيط",
        "Quality, Qualité, Calidad, Качество, جودة",
        "History, Histoire, Historia, История, تاريخ",
        "Financing, Financement, Financiación, Финансирование, تمويل",
        "Statistics, Statistiques, Estadística, Статистика, إحصاءات",
        "Protection, Protection, Protección, Охрана, حماية",
        "Management, Gestion, Gestión, Управление, إدارة",
        "Assessment, Évaluation, Evaluación, Оценка, تقييم",
        "Standards, Normes, Normas, Стандарты, معايير",
        "Law, Droit, Derecho, Право, قانون",
        "Economics, Économie, Economía, Экономика, اقتصاد",
        "Philosophy, Philosophie, Filosofía, Философия, فلسفة",
        "Research, Recherche, Investigación, Исследования, بحوث",
        "Teaching, Enseignement, Enseñanza, Преподавание, تعليم",
        "Policy, Politique, Política, Политика, سياسة",
        "Reform, Réforme, Reforma, Реформа, إصلاح",
        "Access, Accès, Acceso, Доступность, إتاحة",
        "Sociology, Sociologie, Sociología, Социология, علم اجتماع",
        "Intergovernmental multidisciplinary documentation and interoperability,"
        " Documentation et interopérabilité intergouvernementales multidisciplinaires,"
        " Documentación e interoperabilidad intergubernamentales multidisciplinares,"
        " Межправительственная междисциплинарная документационно-информационная взаимосовместимость,"
        " التوثيق الحكومي الدولي المتعدد التخصصات وقابلية التشغيل البيني في مجال",
    )
)

SCOPES: tuple[Words, ...] = tuple(
    tuple(each.split(", "))  # type: ignore[misc]
    for each in (
        "in the world, dans le monde, en el mundo, в мире, في العالم",
        "in cities, dans les villes, en las ciudades, в городах, في المدن",
        "in the countryside, à la campagne, en el campo, в деревне, في الريف",
        "in Africa, en Afrique, en África, в Африке, في أفريقيا",
        "in Asia, en Asie, en Asia, в Азии, في آسيا",
        "in Europe, en Europe, en Europa, в Европе, في أوروبا",
        "in Latin America, en Amérique latine, en América Latina, в Латинской Америке, في أمريكا اللاتينية",
        "on islands, dans les îles, en las islas, на островах, في الجزر",
        "in mountain regions, en montagne, en las montañas, в горах, في المناطق الجبلية",
        "in the Arab States, dans les États arabes, en los Estados árabes, в арабских государствах,"
        " في الدول العربية",
    )
)

ERAS: tuple[Words, ...] = (
    ("", "", "", "", ""),
    (" until 1950", " jusqu'en 1950", " hasta 1950", " до 1950 года", " حتى عام 1950"),
    (" since 1950", " depuis 1950", " desde 1950", " с 1950 года", " منذ عام 1950"),
)

DOMAINS: tuple[Words, ...] = (
    ("Nature and surroundings", "Nature et milieu", "Naturaleza y entorno", "Природа и среда", "الطبيعة والمحيط"),
    ("Knowledge and learning", "Savoir et étude", "Saber y estudio", "Знание и учёба", "المعرفة والتعلم"),
    ("Arts and media", "Arts et médias", "Artes y medios", "Искусство и медиа", "الفنون ووسائل الإعلام"),
    ("Life together", "Vie commune", "Vida en común", "Совместная жизнь", "الحياة المشتركة"),
)

NOTES: Words = (
    "Use for what is written about this subject; for a place, take that place as well.",
    "À employer pour ce qui est écrit sur ce sujet ; pour un lieu, ajouter ce lieu.",
    "Úsese para lo que se escribe sobre este tema; para un lugar, añádase ese lugar.",
    "Применяется к тому, что написано на эту тему; для места добавляется само место.",
    "يستخدم لما يكتب عن هذا الموضوع؛ وللمكان يضاف اسم المكان نفسه.",
)

HEAD = f"""\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix isothes: <http://purl.org/iso25964/skos-thes#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix unesco: <http://vocabularies.unesco.org/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix : <{SCHEME}/> .

<{SCHEME}> a skos:ConceptScheme ;
    skos:prefLabel "Thesaurus of the world"@en , "Thésaurus du monde"@fr , "Tesauro del mundo"@es ,
        "Тезаурус мира"@ru , "مكنز العالم"@ar ;
    dct:modified "2026-05-04T10:15:00Z"^^xsd:dateTime .
"""

SETTINGS = f"""\
base = "https://thesaurus.example"
languages = ["en", "fr", "es", "ru", "ar"]

[title]
en = "Thesaurus of the world"
fr = "Thésaurus du monde"
es = "Tesauro del mundo"
ru = "Тезаурус мира"
ar = "مكنز العالم"

[description]
en = "Subjects of education, science, culture and communication, in five languages."
fr = "Des sujets d'éducation, de science, de culture et de communication, en cinq langues."
es = "Temas de educación, ciencia, cultura y comunicación, en cinco lenguas."
ru = "Темы образования, науки, культуры и коммуникации на пяти языках."
ar = "مواضيع في التربية والعلم والثقافة والاتصال بخمس لغات."

[publisher]
name.en = "Thesaurus editors"
name.fr = "Rédaction du thésaurus"
email = "thesaurus@thesaurus.example"

[look]
name.en = "Thesaurus"
name.ru = "Тезаурус"
name.ar = "المكنز"
colour = "#00558c"

[[namespace]]
iri = "{SCHEME}"
path = "/thesaurus"

[[dataset]]
name = "thesaurus"
spatial = ""

[dataset.title]
en = "Thesaurus of the world"
fr = "Thésaurus du monde"
ar = "مكنز العالم"

[dataset.description]
en = "All concepts with their labels in English, French, Spanish, Russian and Arabic."
fr = "Tous les concepts avec leurs libellés en anglais, français, espagnol, russe et arabe."

[[dataset.version]]
number = "1.0.0"
date = 2026-05-04
"""


def write_site(folder: Path, concepts: int = CONCEPTS) -> Path:
    """All that an operator has: one file of another tool, and the settings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "publisher.toml").write_text(SETTINGS, "utf-8")
    (folder / "thesaurus.ttl").write_text("".join(thesaurus(concepts)), "utf-8")
    return folder


def thesaurus(concepts: int = CONCEPTS) -> Iterator[str]:
    """The whole file."""
    yield HEAD
    found = list(islice(map(_Concept, *zip(*_places(), strict=True)), concepts))
    last = len(found)
    for each in found:
        yield each.turtle(last)
    yield from _groups(found)


def _places() -> Iterator[tuple[int, int, int, int]]:
    return product(range(len(ERAS)), range(len(SCOPES)), range(len(TOPICS)), range(len(ASPECTS) + 1))


@dataclass(frozen=True)
class _Concept:
    """One concept by its place in the tables; that of aspect 0 is the subject itself, at the top."""

    era: int
    scope: int
    topic: int
    aspect: int

    @cached_property
    def number(self) -> int:
        return number_of(self.scope, self.topic, self.aspect, self.era)

    def label(self, language: int) -> str:
        one, of = TOPICS[self.topic]
        name = f"{ASPECTS[self.aspect - 1][language]} {of[language]}" if self.aspect else one[language]
        return f"{name} {SCOPES[self.scope][language]}{ERAS[self.era][language]}"

    @property
    def labels(self) -> Iterator[tuple[str, str]]:
        """Each in its language; translators have not come everywhere."""
        for language, tag in enumerate(LANGUAGES):
            if (tag != "ar" or self.number % 9) and (tag != "ru" or self.number % 31):
                yield self.label(language), tag

    @property
    def above(self) -> list[int]:
        """Three below each; every sixth aspect is also below the same one in the world."""
        if not self.aspect:
            return []
        found = [number_of(self.scope, self.topic, (self.aspect - 1) // 3, self.era)]
        if self.scope and self.aspect % 6 == 0:
            found.append(number_of(0, self.topic, self.aspect))
        # All that has to do with planning in the world is below one concept too.
        if self.aspect == 1 and self.scope < 4 and self.number != number_of(0, 0, 1):
            found.append(number_of(0, 0, 1))
        return found

    def turtle(self, last: int) -> str:
        lines = [f"skos:inScheme <{SCHEME}>"]
        lines.append("skos:prefLabel " + " , ".join(f'"{text}"@{tag}' for text, tag in self.labels))
        if self.number % 2:
            lines.append("skos:altLabel " + " , ".join(f'"{text}"@{tag}' for text, tag in self._others()))
        if self.number % 5 == 0:
            notes = zip(NOTES, LANGUAGES, strict=True)
            lines.append("skos:scopeNote " + " , ".join(f'"{text}"@{tag}' for text, tag in notes))
        lines += [f"skos:broader :concept{each}" for each in self.above] or [f"skos:topConceptOf <{SCHEME}>"]
        near = number_of(self.scope, (self.topic + 5) % len(TOPICS), self.aspect, self.era)
        if self.number % 3 == 0 and near < last:
            lines.append(f"skos:related :concept{near}")
        lines.append(f'dct:modified "20{10 + self.number % 16}-0{1 + self.number % 9}-14T09:30:00Z"^^xsd:dateTime')
        return f"\n:concept{self.number} a skos:Concept ;\n    " + " ;\n    ".join(lines) + " .\n"

    def _others(self) -> Iterator[tuple[str, str]]:
        """The same the other way round, as cataloguers write it."""
        for language, tag in enumerate(LANGUAGES):
            where = SCOPES[self.scope][language] + ERAS[self.era][language]
            yield f"{self.label(language).removesuffix(where).strip()} ({where.strip()})", tag


def number_of(scope: int, topic: int, aspect: int, era: int = 0) -> int:
    """The number of a concept in its address."""
    return ((era * len(SCOPES) + scope) * len(TOPICS) + topic) * (len(ASPECTS) + 1) + aspect


def _groups(concepts: list[_Concept]) -> Iterator[str]:
    """Domains, which have microthesauri, which have concepts; they are stated from above only."""
    for number, names in enumerate(DOMAINS, 1):
        topics = range(number - 1, len(TOPICS), len(DOMAINS))
        below = " , ".join(f":mt{number}.{each:02}" for each in topics)
        yield _group(f":domain{number}", "unesco:Domain", names, f"isothes:subGroup {below} ; skos:member {below}")
        for topic in topics:
            members = " , ".join(f":concept{each.number}" for each in concepts if each.topic == topic)
            about = f"isothes:superGroup :domain{number}" + (f" ;\n    skos:member {members}" if members else "")
            yield _group(f":mt{number}.{topic:02}", "unesco:MicroThesaurus", TOPICS[topic][0], about)


def _group(name: str, kind: str, names: Words, about: str) -> str:
    labels = " , ".join(f'"{text}"@{tag}' for text, tag in zip(names, LANGUAGES, strict=True))
    return (
        f"\n{name} a skos:Collection , isothes:ConceptGroup , {kind} ;\n    skos:prefLabel {labels} ;\n"
        f"    {about} ;\n    skos:inScheme <{SCHEME}> .\n"
    )
