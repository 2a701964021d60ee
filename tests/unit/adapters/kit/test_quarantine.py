from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from adapters.kit.quarantine import Defect, InMemoryQuarantine, Payload
from adapters.kit.quarantine_folder import FolderQuarantine

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOURCE = "https://editor.example/fhir?x=../../etc"


def defect(index: int | None = 0, raw: bytes = b'{"start": "\xff"}') -> Defect:
    return Defect(index=index, field="start", reason="has no UTC offset", raw=raw)


@pytest.fixture(params=["memory", "folder"])
def quarantine(request, tmp_path):
    return InMemoryQuarantine() if request.param == "memory" else FolderQuarantine(tmp_path)


def test_a_record_comes_back_with_its_bytes_and_its_reason(quarantine):
    quarantine.put(SOURCE, NOON, [defect()])
    (record,) = quarantine.list_records(SOURCE)
    assert (record.defect, record.received_at, record.source) == (defect(), NOON, SOURCE)


def test_a_fault_of_the_whole_batch_has_no_index(quarantine):
    quarantine.put(SOURCE, NOON, [defect(index=None)])
    assert quarantine.list_records(SOURCE)[0].defect.index is None


def test_a_source_that_repeats_itself_is_kept_once(quarantine):
    for _ in range(3):
        quarantine.put(SOURCE, NOON, [defect()])
    assert len(quarantine.list_records(SOURCE)) == 1


def test_sources_do_not_mix(quarantine):
    quarantine.put(SOURCE, NOON, [defect()])
    quarantine.put("other", NOON, [defect()])
    assert [r.source for r in quarantine.list_records("other")] == ["other"]


def test_records_are_listed_oldest_first(quarantine):
    quarantine.put(SOURCE, NOON, [defect(raw=b"1"), defect(raw=b"2")])
    quarantine.put(SOURCE, NOON.replace(day=23), [defect(raw=b"3")])
    assert [r.defect.raw for r in quarantine.list_records(SOURCE)] == [b"1", b"2", b"3"]


def test_the_name_of_a_source_never_leads_out_of_the_folder(tmp_path):
    FolderQuarantine(tmp_path / "kept").put("../../outside", NOON, [defect()])
    assert [path.parent.parent for path in tmp_path.rglob("*.jsonl")] == [tmp_path / "kept"]


def test_two_sources_whose_names_look_alike_keep_their_own_records(tmp_path):
    quarantine = FolderQuarantine(tmp_path)
    quarantine.put("a/b", NOON, [defect(raw=b"1")])
    quarantine.put("a_b", NOON, [defect(raw=b"2")])
    assert [r.defect.raw for r in quarantine.list_records("a/b")] == [b"1"]


def test_a_restarted_process_finds_what_was_kept(tmp_path):
    FolderQuarantine(tmp_path).put(SOURCE, NOON, [defect()])
    assert len(FolderQuarantine(tmp_path).list_records(SOURCE)) == 1


def test_memory_keeps_only_the_latest_records():
    quarantine = InMemoryQuarantine(most=2)
    quarantine.put(SOURCE, NOON, [defect(raw=b"1"), defect(raw=b"2"), defect(raw=b"3")])
    assert [r.defect.raw for r in quarantine.list_records(SOURCE)] == [b"2", b"3"]


def test_the_batch_comes_back_with_the_record(quarantine):
    batch = Payload(feed="sas-ps", raw=b"\x00whole", judged_at=NOON)
    quarantine.put(SOURCE, NOON, [defect()], batch)
    assert quarantine.list_records(SOURCE)[0].payload == batch


def test_records_are_counted_by_source(quarantine):
    quarantine.put(SOURCE, NOON, [defect(raw=b"1"), defect(raw=b"2")])
    quarantine.put(SOURCE, NOON, [defect(raw=b"2"), defect(raw=b"3")])
    assert (quarantine.count(SOURCE), quarantine.count("other")) == (3, 0)


def test_records_kept_before_a_restart_are_counted(tmp_path):
    FolderQuarantine(tmp_path).put(SOURCE, NOON, [defect()])
    restarted = FolderQuarantine(tmp_path)
    restarted.put(SOURCE, NOON, [defect(raw=b"new")])
    assert restarted.count(SOURCE) == 2


def test_a_payload_is_kept_once_and_goes_with_its_last_record(tmp_path):
    quarantine = FolderQuarantine(tmp_path)
    batch = Payload(feed="sas-ps", raw=b"whole", judged_at=None)
    quarantine.put("a", NOON, [defect(raw=b"1"), defect(raw=b"2")], batch)
    quarantine.put("b", NOON, [defect(raw=b"1")], batch)
    assert quarantine.drop(lambda record: record.source == "a") == 2
    assert len(list((tmp_path / "payloads").iterdir())) == 1
    quarantine.drop(lambda record: True)
    assert list(tmp_path.rglob("*.jsonl")) == []
    assert list((tmp_path / "payloads").iterdir()) == []


def test_what_is_settled_leaves_and_is_news_when_it_comes_again(quarantine):
    quarantine.put(SOURCE, NOON, [defect(raw=b"1"), defect(raw=b"2")])
    assert quarantine.drop(lambda one: one.defect.raw == b"1") == 1
    assert [r.defect.raw for r in quarantine.list_everything()] == [b"2"]
    quarantine.put(SOURCE, NOON, [defect(raw=b"1"), defect(raw=b"2")])
    assert quarantine.count(SOURCE) == 2


def test_what_one_process_put_aside_another_finds_counts_and_does_not_repeat(tmp_path):
    one, other = FolderQuarantine(tmp_path), FolderQuarantine(tmp_path)
    one.put(SOURCE, NOON, [defect(raw=b"1")])
    other.put(SOURCE, NOON, [defect(raw=b"1"), defect(raw=b"2")])
    assert [r.defect.raw for r in one.list_records(SOURCE)] == [b"1", b"2"]
    assert one.count(SOURCE) == other.count(SOURCE) == 2


def test_processes_that_write_and_settle_at_once_lose_nothing(tmp_path):
    def write(who):
        kept = FolderQuarantine(tmp_path)
        for n in range(20):
            kept.put(SOURCE, NOON, [defect(raw=f"{who}{n}".encode())])
            kept.drop(lambda one: one.defect.raw.endswith(b"7"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, "abcd"))
    left = {one.defect.raw.decode() for one in FolderQuarantine(tmp_path).list_records(SOURCE)}
    assert left == {f"{who}{n}" for who in "abcd" for n in range(20) if n % 10 != 7}


def test_what_another_process_settled_is_news_when_it_comes_again(tmp_path):
    one, other = FolderQuarantine(tmp_path), FolderQuarantine(tmp_path)
    one.put(SOURCE, NOON, [defect()])
    other.drop(lambda _: True)
    assert one.count(SOURCE) == 0
    one.put(SOURCE, NOON, [defect()])
    assert one.count(SOURCE) == other.count(SOURCE) == 1


def test_a_line_cut_short_stops_nothing_and_hides_nothing(tmp_path):
    FolderQuarantine(tmp_path).put(SOURCE, NOON, [defect(raw=b"1"), defect(raw=b"2")])
    (path,) = tmp_path.rglob("*.jsonl")
    path.write_bytes(path.read_bytes()[:-20])
    quarantine = FolderQuarantine(tmp_path)
    quarantine.put(SOURCE, NOON, [defect(raw=b"2"), defect(raw=b"3")])
    assert [r.defect.raw for r in quarantine.list_records(SOURCE)] == [b"1", b"2", b"3"]
    assert quarantine.drop(lambda one: one.defect.raw == b"1") == 1
    assert quarantine.count(SOURCE) == 2


def test_a_folder_that_cannot_be_written_is_logged_and_tried_again(tmp_path, caplog):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    quarantine = FolderQuarantine(blocked)
    quarantine.put(SOURCE, NOON, [defect()])
    assert f"what {SOURCE} sent was not put aside" in caplog.text
    blocked.unlink()
    quarantine.put(SOURCE, NOON, [defect()])
    assert quarantine.count(SOURCE) == 1
