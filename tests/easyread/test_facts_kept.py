"""Whatever the event, every hour, date, name, number and negation goes through, and none is added."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from easyread import lexicon, render
from easyread.lines import Line, words
from easyread.phrases import LANGUAGES, book
from easyread.render import Address, Event, Part, Person, State, Voice
from easyread.things import things

NBSP = "\u00a0"
NAMES = ["Inès", "Zoé-Lou", "Jean-Kévin", "D’Artagnan", "Li", "Marie Ange", "Ömer", "{name}", "Pierre", "Rose"]
PEOPLE = ["Amel Saïd", "Dr Kovač", "Docteure N’Guyen", "M. Le Goff", "Mme DURAND", "Zyx O’Brien", "", "{person}|"]
JOBS = ["", "Neurologue", "infirmière", "IDE", "Xylophage en chef", "Médecin de médecine physique et de réadaptation"]
PIECES = [
    "sans gluten",
    "pas de piscine",
    "ne pas venir seul",
    "500 mg",
    "Keppra",
    "IRM",
    "2e étage",
    "Saint-Malo",
    "{who}",
    "a|b",
    "<b>",
    "1,5 litre",
    "aucune",
    "08 h",
    "salle B12",
    "L’Étoile",
    "n’oubliez rien",
    "(urgent)",
    "100 %",
    "et",
    "la carte",
    "«guillemets»",
]
KNOWN = [
    "Piscine",
    "Séance de musique",
    "Rendez-vous chez le neurologue",
    "Classe",
    "Déjeuner",
    "Orthophonie",
    "Réunion",
]

free = st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
lengths = st.none() | st.integers(1, 3 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
people = st.builds(Person, st.sampled_from(PEOPLE), st.sampled_from(JOBS), st.sampled_from(Part))
listed = st.lists(st.sampled_from(["la carte Vitale", "2 photos", "Maillot", "l’ordonnance"]), max_size=4).map(
    ", ".join
)


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Any event that a DUI could tell."""
    all_day = draw(st.booleans())
    starts, length = draw(moments), draw(lengths)
    if all_day:
        starts = datetime.combine(starts, time(), UTC)
        length = length and timedelta(days=length.days + 1)
    state = draw(st.sampled_from(State))
    other = draw(st.none() | moments)
    onward = draw(st.booleans())
    return Event(
        title=draw(st.sampled_from(KNOWN) | free),
        starts=starts,
        ends=starts + length if length else None,
        state=state,
        appointment=draw(st.booleans()),
        nature=draw(st.sampled_from(["", "health", "meeting", "justice"])),
        all_day=all_day,
        place=draw(free),
        people=tuple(draw(st.lists(people, max_size=3))),
        bring=draw(free | listed),
        note=draw(free),
        moved_from=other if state is State.MOVED and not onward else None,
        moved_to=other if state is State.MOVED and onward else None,
    )


voices = st.builds(Voice, st.sampled_from(NAMES), st.sampled_from(Address), st.sampled_from(LANGUAGES))
todays = st.dates(date(2025, 1, 1), date(2028, 12, 31)) | st.none()
every_event = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many_events = settings(every_event, max_examples=100)


def own_text(lines: tuple[Line, ...], event: Event, voice: Voice) -> str:
    """What we wrote ourselves: the sentences, without the names, jobs and things they carry."""
    text = " ".join(line.text for line in lines)
    carried = [
        *things(event.bring if isinstance(event.bring, str) else ""),
        *(p.role for p in event.people),
        voice.name,
    ]
    carried += [name for p in event.people for name in (p.name, p.name.partition(" ")[2])]
    carried += [job[:1].lower() + job[1:] for job in carried]
    for value in sorted(filter(None, carried), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value.rstrip('.'))}(?!\w)", " ", text)
    return text.replace(NBSP, " ")


FRENCH_HOUR = re.compile(r"\b(\d{1,2}) h(?: (\d\d))?\b|\b(midi)\b|\b(minuit)\b")
ENGLISH_HOUR = re.compile(r"\b(\d{1,2}):(\d\d) (am|pm)\b|\b(noon)\b|\b(midnight)\b")
PLAIN_HOUR = re.compile(r"\b(\d\d):(\d\d)()\b")
HOURS = {lang: {"fr": FRENCH_HOUR, "en": ENGLISH_HOUR}.get(lang, PLAIN_HOUR) for lang in LANGUAGES}


def hours_of(text: str, lang: str) -> set[tuple[int, int]]:
    """The hours a text says, read back independently of what wrote them."""
    found = set()
    for match in HOURS[lang].finditer(text):
        if match.group() in ("midi", "noon"):
            found.add((12, 0))
        elif match.group() in ("minuit", "midnight"):
            found.add((0, 0))
        elif lang != "en":
            found.add((int(match[1]), int(match[2] or 0)))
        else:
            found.add((int(match[1]) % 12 + (12 if match[3] == "pm" else 0), int(match[2])))
    return found


def dates_of(text: str, lang: str) -> set[tuple[int, int, int | None]]:
    """(weekday, day, month, year or None) of every date a text says."""
    said = book(lang)["dates"]
    days, months = ([one.lower() for one in said[name]] for name in ("days", "months"))
    found = set()
    for template in (said["full_year"], said["full"]):
        for m in dates_like(lang, template).finditer(text):
            year = m.groupdict().get("year")
            number = int(m["number"])
            found.add(
                (days.index(m["weekday"].lower()), number, months.index(m["month"].lower()) + 1, year and int(year))
            )
        text = dates_like(lang, template).sub(" ", text)
    return found


@cache
def dates_like(lang: str, template: str) -> re.Pattern[str]:
    """A date of this language, as its phrasebook writes them."""
    said = book(lang)["dates"]
    parts = {
        "weekday": rf"(?P<weekday>{'|'.join(said['days'])})(?!\w)",
        "number": r"(?<!\d)(?P<number>\d{1,2})(?:er)?",
        "month": rf"(?P<month>{'|'.join(said['months'])})",
        "year": r"(?P<year>\d{4})",
    }
    return re.compile(
        re.escape(template.replace(NBSP, " ")).replace(r"\{", "{").replace(r"\}", "}").format(**parts), re.I
    )


def last_moment(event: Event) -> datetime | None:
    return event.ends - timedelta(days=1) if event.ends and event.all_day else event.ends


@every_event
@given(events(), voices, todays)
def test_every_hour_goes_through_and_none_is_added(event, voice, today):
    said = hours_of(own_text(render.event_lines(event, voice, today), event, voice), voice.lang)
    there = {event.moved_from, event.moved_to} - {None}
    if not event.all_day:
        there |= {event.starts, event.ends} - {None}
    if event.all_day:  # its midnight is no hour
        there = {at for at in there if at.time() != time()}
    assert said == {(at.hour, at.minute) for at in there}


@every_event
@given(events(), voices, todays.filter(bool))
def test_every_date_goes_through_and_none_is_added(event, voice, today):
    said = dates_of(own_text(render.event_lines(event, voice, today), event, voice), voice.lang)
    days = {at.date() for at in (event.starts, last_moment(event), event.moved_from, event.moved_to) if at}
    assert {(weekday, day, month) for weekday, day, month, _ in said} == {(d.weekday(), d.day, d.month) for d in days}
    if event.starts.year != today.year:
        start = event.starts.date()
        assert (start.weekday(), start.day, start.month, start.year) in said
    assert {year for *_, year in said if year} <= {d.year for d in days}


@every_event
@given(events(), voices, todays)
def test_every_name_and_text_goes_through_untouched(event, voice, today):
    lines = render.event_lines(event, voice, today)
    text = " ".join(line.plain for line in lines)
    for person in event.people:
        head, _, rest = person.name.partition(" ")
        assert (rest if head.lower() in book(voice.lang)["titles"] else person.name) in text
    for part in event.place.split(", "):
        assert part in text
    assert event.note in text
    assert event.title in text or lexicon.concept(event.title) in book(voice.lang)["events"]
    if event.state in (State.PLANNED, State.MOVED):
        for word in event.bring.split():
            assert word.strip(",").lower() in text.lower() or word == "et"  # two rows of a list say it


@cache
def vocabulary(lang: str) -> frozenset[str]:
    """Every word our sentences may hold."""
    found: set[str] = set()

    def gather(value: object) -> None:
        if isinstance(value, str):
            found.update(re.findall(r"[^\W\d_]+", re.sub(r"\{\w+(!b)?\}", " ", value).lower()))
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            gather(inner)

    gather(book(lang))
    return frozenset(found | {"h", "er", "am", "pm"})


@every_event
@given(events(), voices, todays)
def test_no_number_and_no_word_is_invented(event, voice, today):
    lines = render.event_lines(event, voice, today)
    text = own_text(lines, event, voice)
    assert set(re.findall(r"[^\W\d_]+", text.lower())) <= vocabulary(voice.lang)
    left = HOURS[voice.lang].sub(" ", text)
    for template in ("full_year", "full"):
        left = dates_like(voice.lang, book(voice.lang)["dates"][template]).sub(" ", left)
    counts = {str(len(line.items)) for line in lines if line.items}
    assert set(re.findall(r"\d+", left)) <= counts


DENIALS = {
    "fr": "ne|n’|pas|sans|aucune?|jamais|rien|ni",
    "en": "not?|none|never|without",
    "ar": "لا|ليس|ليست|لن|لم|غير|بدون|دون",
    "pt": "não|nunca|sem|nenhum|nenhuma|nada|nem",
    "tr": "değil|yok|hiç|asla|olmadan",
    "uk": "не|ні|немає|без|ніколи|ніхто|нічого",
}


@many_events
@given(events(), voices, todays)
def test_no_negation_is_invented(event, voice, today):
    said = own_text(render.event_lines(event, voice, today), event, voice)
    assert not re.search(rf"(?i)\b({DENIALS[voice.lang]})\b", said)


@many_events
@given(events(), voices, todays)
def test_no_sentence_has_more_than_twelve_words(event, voice, today):
    lines = (*render.event_lines(event, voice, today), render.headline(event, voice, today))
    for line in lines:
        text = line.text
        for name in sorted({voice.name, *(p.name for p in event.people if p.name)}, key=len, reverse=True):
            text = text.replace(name.rpartition(". ")[2], "X")
        assert words(text) <= 12, text


@many_events
@given(events(), voices, todays)
def test_rows_say_the_line_and_nothing_else(event, voice, today):
    for line in render.event_lines(event, voice, today):
        said = "".join(piece for row in line.said for piece, _ in row)
        assert said == line.text
        assert [row[0][0] for row in line.rows[len(line.said) :]] == list(line.items)
        assert all(0 <= a < b <= len(line.text) for a, b in line.strong)


@many_events
@given(events(), voices)
def test_what_does_not_take_place_is_never_drawn_nor_asked(event, voice):
    if event.state in (State.CANCELLED, State.MISSED):
        lines = render.event_lines(event, voice)
        assert render.headline(event, voice).picture is None
        assert render.card(event, voice).picture is None
        bring = re.match(r"\w+", book(voice.lang)["lines"]["bring_this"].replace("{Apportez}", "Apporte"))
        assert not re.search(rf"(?i)\b{bring[0]}z?\b", own_text(lines, event, voice))


def test_the_reader_of_hours_reads_what_it_should():
    assert hours_of("À 14 h 30, de 9 h à midi", "fr") == {(14, 30), (9, 0), (12, 0)}
    assert hours_of("from 12:15 am to 2:05 pm", "en") == {(0, 15), (14, 5)}
    assert dates_of("Lundi 1er mai 2028, jeudi 10 décembre", "fr") == {(0, 1, 5, 2028), (3, 10, 12, None)}
