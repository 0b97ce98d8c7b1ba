"""G4 below FastStream: a batch as the broker sends it, with what a hand-made client can put into it."""

import struct

import pytest
from aiokafka import codec as codecs
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from oseredok_plumbing.event import Record, headers_from_json
from oseredok_plumbing.raw import Batches, record

CODECS = {"none": 0, "gzip": 1, "zstd": 4}
NAMES = [b"\xff\xfe\x00\xc3\x28\x41", b"\xed\xa0\x80ABC"]


def built(names: list[bytes], codec: int = 0, base: int = 0) -> bytes:
    """A batch of one record per name, header names as given (six bytes each)."""
    builder = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, -1, 1 << 20)
    for place, name in enumerate(names):
        value = b"v%d" % place
        builder.append(place, 1_560_000_000_000, b"k", value, [("plain", b"x"), (name.decode("latin-1"), None)])
    return bytes(builder.build())


def hostile(codec: int = 0) -> bytes:
    """Sound, hostile, sound."""
    marks = [b"aaaaaa", b"bbbbbb", b"cccccc"]
    if codec:
        # Put in before it is compressed: the builder takes text only, and compresses last.
        return recompressed(built(marks), codec)
    return built(marks).replace(b"bbbbbb", NAMES[0])


def recompressed(plain: bytes, codec: int) -> bytes:
    """A compressed batch around the hostile record."""
    head, body = bytearray(plain[:61]), plain[61:].replace(b"bbbbbb", NAMES[0])
    packed: bytes = {1: codecs.gzip_encode, 4: codecs.zstd_encode}[codec](body)
    struct.pack_into(">h", head, 21, codec)
    struct.pack_into(">i", head, 8, 61 - 12 + len(packed))
    return bytes(head) + packed


@pytest.mark.parametrize("codec", CODECS)
def test_g4_a_hostile_header_name_stops_nobody(codec: str) -> None:
    """A name that isn't UTF-8 is read with surrogates; the records around it are read as ever."""
    batches = Batches(hostile(CODECS[codec]) + built([b"dddddd"]))
    read = []
    while batches.has_next():
        read += list(batches.next_batch())
    assert [r.value for r in read] == [b"v0", b"v1", b"v2", b"v0"]
    assert [r.headers[1][0] for r in read] == ["aaaaaa", NAMES[0].decode(errors="surrogateescape"), "cccccc", "dddddd"]


def test_g4_aiokafka_alone_would_stop() -> None:
    """The trap is still there: when aiokafka mends it, raw.Batches can go."""
    with pytest.raises(UnicodeDecodeError):
        list(MemoryRecords(hostile()).next_batch())


def test_the_tolerant_reader_reads_the_same() -> None:
    """Records, nulls and headers are the same as from the fast reader; so are a batch's own fields."""
    data = built([b"aaaaaa", b"bbbbbb"]) + built([b"cccccc"])
    ours, theirs = Batches(data), MemoryRecords(data)
    assert ours.size_in_bytes() == theirs.size_in_bytes()
    while theirs.has_next():
        assert ours.has_next()
        mine, other = ours.next_batch(), theirs.next_batch()
        assert (mine.next_offset, mine.producer_id, mine.is_control_batch) == (
            other.next_offset,
            other.producer_id,
            other.is_control_batch,
        )
        assert [(r.offset, r.key, r.value, r.headers) for r in mine] == [
            (r.offset, r.key, r.value, r.headers) for r in other
        ]
    assert not ours.has_next()


@pytest.mark.parametrize("cut", [0, 1, 11, 12, 60, 61, 70])
def test_a_cut_batch_is_no_batch(cut: int) -> None:
    """A broker may send the beginning of one more batch at the end of an answer."""
    whole = built([b"aaaaaa"])
    batches = Batches(whole + whole[:cut])
    assert batches.has_next()
    batches.next_batch()
    assert not batches.has_next()


@pytest.mark.parametrize("milliseconds", [-1, 0, 1, 2**62, -(2**62)])
def test_a_hostile_record_time_fits(milliseconds: int) -> None:
    """Any 64-bit time that a client says becomes a timestamp; it could otherwise lose its batch."""

    class Raw:
        timestamp, value, headers, key, topic, partition, offset = milliseconds, b"", (), None, "t", 0, 0

    assert record(Raw(), "p").recorded_at is not None


def test_headers_survive_quarantine_as_they_came() -> None:
    """Names with surrogates, null values and empty ones are kept byte for byte."""
    name = NAMES[0].decode(errors="surrogateescape")
    headers = [(name, None), ("a", b"\xff"), ("", b""), ("b", b"")]
    assert headers_from_json(Record("kafka", "p", b"", headers).headers_json) == headers
