"""LevelDB's masked CRC-32C at native speed, without another dependency.

Snappy's framing format carries the same checksum with the same mask in front of each 64 KiB, so
cramjam computes it while it compresses. Longer data are put together from their pieces.
"""

import cramjam

_PIECE = 65_536
_CRC_AT = 14  # a stream identifier of 10 bytes, then a chunk header of 4
_MASK_DELTA = 0xA282EAD8
_POLYNOMIAL = 0x82F63B78
ALL_ONES = 0xFFFFFFFF


def masked_crc32c(data: bytes) -> int:
    """Give the checksum as LevelDB stores it."""
    return mask(crc32c(data))


def crc32c(data: bytes) -> int:
    """Give the plain checksum.

    >>> hex(crc32c(b"123456789"))
    '0xe3069283'
    """
    crc = 0
    for start in range(0, len(data), _PIECE):
        piece = data[start : start + _PIECE]
        crc = _advance(crc, len(piece)) ^ _crc_of_piece(piece)
    return crc


def mask(crc: int) -> int:
    """Mask a checksum, so that data which hold their own checksums are no special case."""
    return (((crc >> 15) | (crc << 17)) + _MASK_DELTA) & ALL_ONES


def _crc_of_piece(data: bytes) -> int:
    framed = bytes(cramjam.snappy.compress(data))
    masked = int.from_bytes(framed[_CRC_AT : _CRC_AT + 4], "little")
    rotated = (masked - _MASK_DELTA) & ALL_ONES
    return ((rotated >> 17) | (rotated << 15)) & ALL_ONES


def _advance(crc: int, n_bytes: int) -> int:
    """Give the checksum's share after that many more bytes."""
    if crc:
        for _ in range(n_bytes):
            crc = _TABLE[crc & 0xFF] ^ (crc >> 8)
    return crc


def _table_entry(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (_POLYNOMIAL if byte & 1 else 0)
    return byte


_TABLE = tuple(_table_entry(byte) for byte in range(256))
