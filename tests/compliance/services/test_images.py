"""Files from strangers: what is no image is refused, and of an image only the pixels go on."""

import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image

from apps.compliance.services import images
from apps.core.errors import DomainError
from tests.factories import compliance as make


def opened(content):
    return Image.open(io.BytesIO(content))


def with_exif():
    """Return a JPEG taken sideways, with a place and an author in it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x013B] = "Secret Author"
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 0.0)
    return make.image(size=(60, 40), exif=exif, comment=b"Secret comment")


def test_clean_drops_everything_but_the_pixels():
    given = with_exif()

    found = images.clean(content=given)

    assert b"Secret" in given
    assert b"Secret" not in found.content
    assert not opened(found.content).getexif()
    assert (found.media_type, found.width, found.height) == ("image/jpeg", 40, 60)
    assert found.sha256 == hashlib.sha256(given).hexdigest()


def test_clean_drops_what_follows_the_image():
    found = images.clean(content=make.image("PNG") + b"<script>alert(1)</script>")

    assert b"script" not in found.content
    assert (found.media_type, opened(found.content).format) == ("image/png", "PNG")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_clean_takes_every_kind_of_png(mode):
    written = io.BytesIO()
    Image.new(mode, (30, 20)).save(written, "PNG")

    found = images.clean(content=written.getvalue())

    assert (opened(found.content).mode, found.width, found.height) == ("RGB", 30, 20)


def test_clean_puts_transparent_images_on_white():
    written = io.BytesIO()
    Image.new("RGBA", (5, 5), (0, 0, 0, 0)).save(written, "PNG")

    assert opened(images.clean(content=written.getvalue()).content).getpixel((2, 2)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (b"", "document_refused", "empty"),
        (b"\xff\xd8\xff" + bytes(16 * 1024 * 1024), "document_too_large", None),
        (b"#!/bin/sh\necho hello\n", "document_type_refused", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "document_type_refused", None),
        (b"%PDF-1.7\n", "document_type_refused", None),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "document_heic_refused", None),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "document_refused", "damaged"),
        (b"\xff\xd8\xff\xe0<?php echo 1; ?>", "document_refused", "damaged"),
        (make.image(size=(300, 300))[:-200], "document_refused", "damaged"),
        (make.image("PNG", size=(300, 300))[:-60], "document_refused", "damaged"),
        (make.bomb(30_000, 30_000), "document_refused", "too_many_pixels"),
        (make.bomb(6_400, 6_400), "document_refused", "too_many_pixels"),
        (make.bomb(100_000, 1), "document_refused", "damaged"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else value,
)
def test_clean_refuses(content, code, reason):
    with pytest.raises(DomainError) as refused:
        images.clean(content=content)

    assert (refused.value.code, refused.value.context.get("reason")) == (code, reason)


def test_a_bomb_in_the_text_of_an_image_is_not_unpacked():
    body = b"Comment\0\0" + zlib.compress(bytes(20_000_000), 9)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    whole = make.image("PNG")
    given = whole[:33] + chunk + whole[33:]

    with pytest.raises(DomainError) as refused:
        images.clean(content=given)

    assert refused.value.context["reason"] == "damaged"


def test_what_is_shown_says_who_looks():
    plain = images.clean(content=make.image(size=(400, 300)))

    shown = images.marked(content=plain.content, words="usr_somebody")

    before, after = opened(plain.content).convert("RGB"), opened(shown.content)
    assert (after.size, after.format) == (before.size, "JPEG")
    assert len(after.getcolors(100_000)) > len(before.getcolors(100_000))
