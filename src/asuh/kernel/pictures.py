"""Pictures without what cameras write into them: place, time, device, owner.

Only JPEG and PNG, recognised by what is inside. Of a JPEG the orientation is kept, in a fresh Exif segment
with nothing else, so that the picture still stands upright. Bytes after the end of the picture are dropped.
"""

from __future__ import annotations

import struct
import zlib

JPEG, PNG = "image/jpeg", "image/png"
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM"}
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Segments that tell the size."""
_EXIF = b"Exif\x00\x00"


MOST_PIXELS = 40_000_000
"""What a telephone takes by itself has some 12 million; another one must be able to show it."""


class NotAPicture(ValueError):
    """Not a JPEG or PNG that can be read to its end."""


def cleaned(data: bytes) -> tuple[bytes, str]:
    """The picture without metadata, and its media type. Raises NotAPicture."""
    try:
        if data.startswith(b"\xff\xd8"):
            return _clean_jpeg(data), JPEG
        if data.startswith(_PNG_HEAD):
            return _clean_png(data), PNG
    except (struct.error, IndexError) as error:
        raise NotAPicture("the picture is cut off") from error
    raise NotAPicture("neither JPEG nor PNG")


def _clean_jpeg(data: bytes) -> bytes:
    kept = [b"\xff\xd8"]
    orientation, framed = 1, False
    at = 2
    while True:
        if data[at] != 0xFF:
            raise NotAPicture("no marker where one must stand")
        while data[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = data[at + 1]
        if marker == 0xDA:
            break
        if marker == 0xD9:
            raise NotAPicture("no picture inside")
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        segment = data[at : at + 2 + length]
        if length < 2 or len(segment) < 2 + length:
            raise NotAPicture("the picture is cut off")
        if marker == 0xE1 and segment[4:10] == _EXIF:
            orientation = _orientation(segment[10:])
        if marker in _FRAMES:
            _fits(*struct.unpack(">HH", segment[5:9]))
            framed = True
        if not _tells_the_scene(marker):
            kept.append(segment)
        at += 2 + length
    if not framed:
        raise NotAPicture("no picture inside")
    if orientation != 1:
        kept.insert(1, _exif_with(orientation))
    return b"".join([*kept, *_scans(data, at)])


def _tells_the_scene(marker: int) -> bool:
    """APP0 (density) and APP14 (Adobe colours) describe the picture; other APPn and comments the scene."""
    return (0xE1 <= marker <= 0xEF or marker == 0xFE) and marker != 0xEE


def _fits(height: int, width: int) -> None:
    if not 0 < height * width <= MOST_PIXELS:
        raise NotAPicture("more pixels than a telephone can show, or none")


def _scans(data: bytes, at: int) -> list[bytes]:
    """The picture whose first scan begins at `at`, later scans of a progressive one included, without what
    tells the scene between them."""
    pieces: list[bytes] = []
    begin = at
    while True:
        at = data.find(b"\xff", at + 1)
        if at < 0:
            raise NotAPicture("the picture is cut off")
        follows = data[at + 1]
        if follows == 0xD9:
            return [*pieces, data[begin : at + 2]]
        if follows in (0x00, 0xFF) or 0xD0 <= follows <= 0xD7:
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if follows in _FRAMES:
            _fits(*struct.unpack(">HH", data[at + 5 : at + 9]))
        if _tells_the_scene(follows):
            pieces.append(data[begin:at])
            begin = at + 2 + length
        at += 1 + length


def _orientation(tiff: bytes) -> int:
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (first,) = struct.unpack(order + "I", tiff[4:8])
        (count,) = struct.unpack(order + "H", tiff[first : first + 2])
        for entry in range(count):
            place = first + 2 + entry * 12
            tag, _kind, _count, value = struct.unpack(order + "HHIH", tiff[place : place + 10])
            if tag == 0x0112:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def _exif_with(orientation: int) -> bytes:
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 2 + len(_EXIF) + len(tiff)) + _EXIF + tiff


class _Drawn:
    """Unpacks the pixels to nowhere: something else inside, or more than the size allows, is no picture."""

    def __init__(self, most: int) -> None:
        self.left, self.unpacking = most, zlib.decompressobj()

    def add(self, packed: bytes) -> None:
        try:
            while packed and self.left >= 0:
                self.left -= len(self.unpacking.decompress(packed, 1 << 20))
                packed = self.unpacking.unconsumed_tail
        except zlib.error as error:
            raise NotAPicture("no pixels inside") from error
        if self.left < 0:
            raise NotAPicture("more pixels than its size says")


def _clean_png(data: bytes) -> bytes:
    kept = [_PNG_HEAD]
    at = len(_PNG_HEAD)
    while True:
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind = data[at + 4 : at + 8]
        chunk = data[at : at + 12 + length]
        if len(chunk) < 12 + length or struct.unpack(">I", chunk[-4:])[0] != zlib.crc32(chunk[4:-4]):
            raise NotAPicture("the picture is cut off")
        if (kind == b"IHDR") is not (len(kept) == 1):
            raise NotAPicture("its size does not stand first")
        if kind == b"IHDR":
            height, width = struct.unpack(">II", chunk[12:16] + chunk[8:12])
            _fits(height, width)
            # eight bytes a pixel at most, and a byte before every line of each of seven passes
            drawn = _Drawn(height * (width * 8 + 8) + 64)
        if kind == b"IDAT":
            drawn.add(chunk[8:-4])
        if kind in _PNG_KEPT:
            kept.append(chunk)
        if kind == b"IEND":
            return b"".join(kept)
        at += 12 + length
