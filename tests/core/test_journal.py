"""The file: nothing is lost, nothing is changed unseen, and a machine that stops half-way stops nothing."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path

import pytest

from portal.core.errors import ConfigError
from portal.core.journal import FILE, Journal, JournalBroken


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal")


def an_end(number: int) -> dict[str, str]:
    return {"what": "ended", "of": "relationship", "id": f"link-{number}"}


def filled(journal: Journal, lines: int = 3) -> Journal:
    journal.ready()
    for number in range(lines):
        journal.append([an_end(number)])
    return journal


def ids(journal: Journal) -> list[str]:
    return [one["id"] for line in journal.lines() for one in line.taken]


def test_what_is_written_is_read_in_its_order(journal):
    assert ids(filled(journal)) == ["link-0", "link-1", "link-2"]
    assert [line.number for line in journal.lines()] == [0, 1, 2, 3]


def test_where_there_is_no_journal_there_is_no_line_and_no_file_is_made(journal):
    assert list(journal.lines()) == []
    assert not journal.path.exists()


def test_two_journals_never_stand_at_the_same_place(tmp_path):
    assert Journal(tmp_path / "one").ready() != Journal(tmp_path / "two").ready()


def test_being_ready_twice_begins_once(journal):
    assert journal.ready() == journal.ready()
    assert len(list(journal.lines())) == 1


def test_only_its_owner_reads_it(journal):
    journal.ready()
    assert (journal.path.stat().st_mode & 0o777, journal.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_folder_that_cannot_be_is_named_by_its_setting(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="RELIE_JOURNAL_FOLDER"):
        Journal(tmp_path / "file" / "journal").ready()


def test_a_disk_that_is_not_mounted_begins_no_other_journal(journal):
    with pytest.raises(OSError, match="No such file"):
        journal.append([an_end(1)])
    journal.path.parent.mkdir()
    with pytest.raises(OSError, match="No such file"):
        journal.append([an_end(1)])
    assert list(journal.lines()) == []


def test_a_line_is_on_the_disk_before_append_returns(journal, monkeypatch):
    journal.ready()
    done: list[str] = []
    real_write, real_sync = os.write, os.fsync
    monkeypatch.setattr(os, "write", lambda *a: (done.append("write"), real_write(*a))[1])
    monkeypatch.setattr(os, "fsync", lambda *a: (done.append("sync"), real_sync(*a))[1])
    journal.append([an_end(1)])
    assert done == ["write", "sync"]


def test_the_folder_is_synced_when_the_file_is_new(journal, monkeypatch):
    synced: list[bool] = []
    real = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda handle: (synced.append(os.path.isdir(f"/proc/self/fd/{handle}")), real(handle))
    )
    journal.ready()
    assert synced == [False, True]


def test_any_byte_changed_in_a_whole_line_is_found(journal):
    filled(journal)
    whole = journal.path.read_bytes()
    second = whole.split(b"\n")[1]
    for place in range(whole.index(second), whole.index(second) + len(second), 7):
        journal.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(JournalBroken):
            list(journal.lines())


@pytest.mark.parametrize("line", [0, 1, 2, 3])
def test_a_line_removed_is_found_unless_it_is_the_last(journal, line):
    lines = filled(journal).path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(b"".join(lines[:line] + lines[line + 1 :]))
    if line == 3:  # nothing in the file can tell: a backup's position does
        assert ids(journal) == ["link-0", "link-1"]
    else:
        with pytest.raises(JournalBroken):
            list(journal.lines())


def test_lines_in_another_order_are_found(journal):
    lines = filled(journal).path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(b"".join([lines[0], lines[2], lines[1], lines[3]]))
    with pytest.raises(JournalBroken) as broken:
        list(journal.lines())
    assert broken.value.line == 2


def test_a_last_line_changed_stops_the_next_one(journal):
    whole = filled(journal).path.read_bytes()
    journal.path.write_bytes(whole.replace(b"link-2", b"link-9"))
    with pytest.raises(JournalBroken):
        journal.append([an_end(4)])
    with pytest.raises(JournalBroken):
        list(journal.lines())


def test_wherever_a_machine_stops_in_a_line_the_lines_before_stand_and_the_next_is_written(journal):
    whole = filled(journal).path.read_bytes()
    start = whole.rindex(b"\n", 0, len(whole) - 1) + 1
    for cut in range(start, len(whole)):
        journal.path.write_bytes(whole[:cut])
        last = ["link-2"] if cut == len(whole) - 1 else []  # all but its end of line: it is whole
        assert ids(journal) == ["link-0", "link-1", *last]
        journal.append([an_end(7)])
        assert ids(journal) == ["link-0", "link-1", *last, "link-7"]


def test_a_machine_that_stops_twice_in_a_row_stops_nothing(journal):
    filled(journal)
    for rest in (b'{"n":4,"at":"2026', b'\n{"n":4,"a'):
        with journal.path.open("ab") as file:
            file.write(rest)
        assert ids(journal) == ["link-0", "link-1", "link-2"]
    journal.append([an_end(7)])
    assert ids(journal)[-1] == "link-7"


def test_a_first_line_cut_short_is_begun_again(journal):
    journal.ready()
    journal.path.write_bytes(journal.path.read_bytes()[:20])
    journal.append([an_end(1)])
    assert ids(journal) == ["link-1"]


def test_a_torn_line_that_nobody_owned_up_to_is_an_alteration(journal):
    lines = filled(journal).path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(b"".join([*lines[:3], b"half a line\n", lines[3]]))
    with pytest.raises(JournalBroken):
        list(journal.lines())


def test_a_line_longer_than_any_block_is_found_from_the_end(journal):
    filled(journal)
    journal.append([an_end(number) for number in range(20_000)])
    journal.append([an_end(5)])
    assert len(ids(journal)) == 20_004


def test_reading_sees_the_lines_there_were_when_it_began(journal):
    reading = filled(journal).lines()
    next(reading)
    journal.append([an_end(8)])
    assert len(list(reading)) == 3


def add_fifty(folder: Path) -> None:
    filled(Journal(folder), 50)


def test_four_processes_add_to_one_chain(journal):
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=add_fifty, args=(journal.path.parent,)) for _ in range(4)]
    for one in processes:
        one.start()
    for one in processes:
        one.join()
    assert [line.number for line in journal.lines()] == list(range(201))


def test_a_line_is_plain_json_that_other_tools_read(journal):
    filled(journal)
    said = json.loads(journal.path.read_text().splitlines()[1])
    assert (said["n"], said["taken"], len(said["mark"])) == (1, [an_end(0)], 64)
    assert journal.path.name == FILE
