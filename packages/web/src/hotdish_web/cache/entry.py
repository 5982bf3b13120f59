"""One stored answer: rendered bytes with their headers, and how they travel to a shared store."""

import hmac
import json
import struct
from dataclasses import dataclass, field
from hashlib import blake2b

from hotdish_web.cache.headers import ETAG, RawHeaders, header, merge_vary

MAGIC = b"hw1"
DIGEST_BYTES = 16
ROUGH_OVERHEAD = 600
"""What Python's objects around an entry weigh, so that a bound in bytes holds for real memory."""


@dataclass(slots=True)
class Variant:
    """The answer in one encoding, ready to be sent."""

    body: bytes
    etag: bytes
    headers: RawHeaders
    """Everything but Age and Cache-Status."""
    second: int = -1
    """The age for which `whole` was made."""
    whole: RawHeaders = field(default_factory=list)

    def headers_at(self, age: float, ttl: float, name: bytes) -> RawHeaders:
        """Give all headers of a hit; those of one second are made once."""
        second = int(age)
        if second != self.second:
            status = b"%s; hit; ttl=%d" % (name, ttl - second)
            self.whole = [*self.headers, (b"age", b"%d" % second), (b"cache-status", status)]
            self.second = second
        # A list of its own for each answer: middlewares add their headers to it.
        return self.whole.copy()


@dataclass(slots=True)
class Checked:
    """At which epoch of the tags an entry was last found alive."""

    epoch: int = -1


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored answer; without a status it says: look again, with `vary` in the key."""

    status: int
    headers: RawHeaders
    body: bytes
    stored_at: float
    ttl: float
    swr: float = 0.0
    sie: float = 0.0
    generations: dict[str, int] = field(default_factory=dict)
    """The generation of each tag as the answer began to be made."""
    vary: tuple[bytes, ...] = ()
    vary_values: tuple[bytes, ...] = ()
    encoded: dict[str, bytes] = field(default_factory=dict)
    checked: Checked = field(default_factory=Checked, compare=False, repr=False)
    _variants: dict[str | None, Variant] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_vary_marker(self) -> bool:
        """True for the entry that only says which request headers are in the real key."""
        return self.status == 0

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        heads = sum(len(name) + len(value) + 100 for name, value in self.headers)
        bodies = len(self.body) + sum(map(len, self.encoded.values()))
        return ROUGH_OVERHEAD + heads + bodies

    @property
    def kept_for(self) -> float:
        """For how many seconds a store may need it, counted from `stored_at`."""
        return self.ttl + max(self.swr, self.sie)

    def variant(self, encoding: str | None) -> Variant:
        """Give the answer in an encoding that it has, made ready once."""
        found = self._variants.get(encoding)
        if found is None:
            found = self._variants[encoding] = self._make_variant(encoding)
        return found

    def _make_variant(self, encoding: str | None) -> Variant:
        body = self.body if encoding is None else self.encoded[encoding]
        etag = header(self.headers, b"etag")
        if etag is None or not ETAG.fullmatch(etag):
            etag = make_etag(self.body)
        if encoding is not None:
            etag = etag[:-1] + f'-{encoding}"'.encode()
        changed = (b"etag", b"content-length", b"vary")
        headers = [(name, value) for name, value in self.headers if name not in changed]
        vary = merge_vary(header(self.headers, b"vary"), b"accept-encoding")
        headers += [(b"etag", etag), (b"vary", vary)]
        headers.append((b"content-length", str(len(body)).encode()))
        if encoding is not None:
            headers.append((b"content-encoding", encoding.encode()))
        return Variant(body, etag, headers)


def make_etag(body: bytes) -> bytes:
    """A strong validator: the same in every worker and after every restart.

    >>> make_etag(b"")
    b'"b8e1dda3ac0aa3820ad2990b"'
    """
    return b'"' + blake2b(body, digest_size=12).hexdigest().encode() + b'"'


def pack(entry: Entry, secret: bytes) -> bytes:
    """Write an entry as bytes, signed: only who has the secret can put answers into the store."""
    meta = {
        "status": entry.status,
        "headers": [[n.decode("latin-1"), v.decode("latin-1")] for n, v in entry.headers],
        "stored_at": entry.stored_at,
        "life": [entry.ttl, entry.swr, entry.sie],
        "generations": entry.generations,
        "vary": [name.decode("latin-1") for name in entry.vary],
        "vary_values": [value.decode("latin-1") for value in entry.vary_values],
        "encoded": {name: len(body) for name, body in entry.encoded.items()},
    }
    head = json.dumps(meta, separators=(",", ":")).encode()
    data = struct.pack(">I", len(head)) + head + b"".join(entry.encoded.values()) + entry.body
    return MAGIC + _sign(data, secret) + data


def unpack(packed: bytes, secret: bytes) -> Entry | None:
    """Read an entry; None if it is not ours, of another version, or not whole."""
    start = len(MAGIC) + DIGEST_BYTES
    data = packed[start:]
    if not packed.startswith(MAGIC) or not hmac.compare_digest(
        packed[len(MAGIC) : start], _sign(data, secret)
    ):
        return None
    (length,) = struct.unpack_from(">I", data)
    meta = json.loads(data[4 : 4 + length])
    place, encoded = 4 + length, {}
    for name, size in meta["encoded"].items():
        encoded[name] = data[place : place + size]
        place += size
    ttl, swr, sie = meta["life"]
    return Entry(
        status=meta["status"],
        headers=[(n.encode("latin-1"), v.encode("latin-1")) for n, v in meta["headers"]],
        body=data[place:],
        stored_at=meta["stored_at"],
        ttl=ttl,
        swr=swr,
        sie=sie,
        generations=meta["generations"],
        vary=tuple(name.encode("latin-1") for name in meta["vary"]),
        vary_values=tuple(value.encode("latin-1") for value in meta["vary_values"]),
        encoded=encoded,
    )


def _sign(data: bytes, secret: bytes) -> bytes:
    return blake2b(data, digest_size=DIGEST_BYTES, key=secret[:64]).digest()
