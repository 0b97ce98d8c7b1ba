"""What hypothesis makes events of."""

import unicodedata
from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from oseredok_contracts.envelope import Envelope

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

lines = (
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=_BIDI), min_size=1, max_size=40)
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(lambda text: len(text) <= 100)
)
uris = st.from_regex(r"\A[a-z]{2,8}:[!#-;=?-\[\]_a-z~]{1,60}\Z")
times = st.datetimes(
    datetime(1900, 1, 2),  # noqa: DTZ001 (the zone is drawn beside it)
    datetime(2199, 12, 30),  # noqa: DTZ001
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
)
keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)
json_objects = st.dictionaries(keys, json_values, min_size=1, max_size=5)


def envelopes(data: st.SearchStrategy[object] = json_values) -> st.SearchStrategy[Envelope]:
    """Sound envelopes with any data."""
    maybe = st.none() | lines
    return st.builds(
        Envelope,
        id=lines,
        source=uris,
        type=lines,
        subject=maybe,
        time=times,
        datacontenttype=st.sampled_from(["application/json", "application/vnd.library+json"]),
        dataschema=st.none() | uris,
        partitionkey=maybe,
        sequence=maybe,
        correlationid=maybe,
        causationid=maybe,
        data=data,
    )
