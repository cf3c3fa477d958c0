import contextlib
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asuh.kernel.pictures import JPEG, PNG, NotAPicture, cleaned

SCAN = b"\xff\xda\x00\x04\x01\x00" + b"\x12\xff\x00\x34\xff\xd0\x56" + b"\xff\xd9"


def segment(marker, data):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


def exif(orientation):
    tiff = b"II*\x00" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0) + b"GPS -7.15 111.88"
    return segment(0xE1, b"Exif\x00\x00" + tiff)


def jpeg(*segments):
    return b"\xff\xd8" + b"".join(segments) + segment(0xC0, b"\x08\x00\x01\x00\x01\x00") + SCAN


def test_place_and_comment_go_orientation_stays():
    data, kind = cleaned(jpeg(exif(6), segment(0xFE, b"rumah Rizky"), segment(0xED, b"Photoshop")))
    assert kind == JPEG
    assert b"GPS" not in data
    assert b"Rizky" not in data
    assert b"Photoshop" not in data
    assert struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) in data
    assert data.endswith(SCAN)


def test_an_upright_picture_carries_no_exif_at_all():
    assert b"Exif" not in cleaned(jpeg(exif(1)))[0]


def test_what_hides_behind_the_end_goes():
    assert cleaned(jpeg() + b"<script>")[0] == cleaned(jpeg())[0]


def test_cleaning_twice_is_cleaning_once():
    once, _kind = cleaned(jpeg(exif(6)))
    assert cleaned(once)[0] == once


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8", b"<svg/>", b"\xff\xd8\xff\xd9", jpeg()[:-3]])
def test_what_is_no_whole_picture_is_refused(data):
    with pytest.raises(NotAPicture):
        cleaned(data)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def ihdr(width, height):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))


def png(*chunks):
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        png(ihdr(30_000, 30_000), chunk(b"IDAT", zlib.compress(bytes(90_000)))),
        png(ihdr(0, 7)),
        png(ihdr(10, 10), chunk(b"IDAT", zlib.compress(bytes(100_000)))),
        png(ihdr(10, 10), chunk(b"IDAT", b"<script>")),
        png(chunk(b"IDAT", zlib.compress(b"")), ihdr(10, 10)),
        png(ihdr(10, 10), ihdr(30_000, 30_000)),
        b"\xff\xd8" + segment(0xC2, b"\x08\x75\x30\x75\x30\x00") + SCAN,
        b"\xff\xd8" + SCAN,
    ],
)
def test_what_no_telephone_could_draw_is_refused(data):
    with pytest.raises(NotAPicture):
        cleaned(data)


def test_place_and_comment_between_two_scans_go_as_well():
    between = SCAN[:-2] + exif(6) + segment(0xFE, b"rumah Rizky")
    data, _ = cleaned(jpeg()[: -len(SCAN)] + between + SCAN)
    assert data == jpeg()[: -len(SCAN)] + SCAN[:-2] + SCAN


def test_a_png_keeps_only_what_draws_it():
    head = b"\x89PNG\r\n\x1a\n" + ihdr(1, 1)
    tail = chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    data, kind = cleaned(head + chunk(b"eXIf", b"GPS") + chunk(b"tEXt", b"nama") + tail + b"lampiran")
    assert (data, kind) == (head + tail, PNG)


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"])
)
def test_noise_is_refused_or_read_never_more(noise, head):
    with contextlib.suppress(NotAPicture):
        cleaned(head + noise)
