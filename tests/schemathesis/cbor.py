"""Bodies that are not JSON: requests of the sync protocol in CBOR (RFC 8949), nearly right, and pieces of files."""

import schemathesis
from hypothesis import strategies as st

CBOR = "application/cbor"
PIECE = "application/offset+octet-stream"


def head(major, number):
    """Major type and argument (RFC 8949 §3)."""
    if number < 24:
        return bytes([major << 5 | number])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << (8 * size):
            return bytes([major << 5 | code]) + number.to_bytes(size, "big")
    raise ValueError(number)


def dump(value):
    """The bytes of a value."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(dump, value))
    if isinstance(value, dict):
        return head(5, len(value)) + b"".join(dump(key) + dump(item) for key, item in value.items())
    text = value.encode()
    return head(3, len(text)) + text


WORDS = st.text(alphabet="ah:0123456789/é", max_size=20)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-(2**64), 2**64 - 1), st.binary(max_size=40), WORDS)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=12
)
CHAIN = st.binary(min_size=32, max_size=32)
CURSORS = st.dictionaries(
    st.sampled_from(["a:500114299201", "a:500114000000", "h:" + "0" * 32, "x"]),
    st.tuples(st.integers(0, 2**63), CHAIN).map(list),
    max_size=3,
)
BATCH = st.tuples(st.binary(max_size=60) | ANYTHING.map(dump), st.binary(min_size=64, max_size=64), st.just([])).map(list)
RIGHT = st.fixed_dictionaries(
    {
        "v": st.just(1),
        "push": st.lists(BATCH, max_size=2),
        "cursors": CURSORS,
        "have_reference": st.none() | WORDS,
        "max_bytes": st.integers(0, 2**64 - 1),
        "unsynced": st.integers(0, 2**64 - 1),
    }
)


def spoiled(draw):
    """A right request with one field of another kind, left out, or one too many."""
    request = draw(RIGHT)
    name = draw(st.sampled_from([*request, "more"]))
    if draw(st.booleans()):
        request.pop(name, None)
    else:
        request[name] = draw(ANYTHING)
    return dump(request)


REQUESTS = st.one_of(RIGHT.map(dump), st.composite(spoiled)(), ANYTHING.map(dump), st.binary(max_size=200))
schemathesis.openapi.media_type(CBOR, REQUESTS)
schemathesis.openapi.media_type(PIECE, st.binary(max_size=300))


@schemathesis.serializer(CBOR, PIECE)
def as_they_are(context, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
