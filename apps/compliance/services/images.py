"""Images from strangers: known by their content, bounded before they are decoded, and written anew.

What leaves here is pixels alone: no EXIF, no colour profile, no comment, nothing after the end of the image.
"""

import hashlib
import io
import threading
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageDraw, ImageFont, ImageOps

from apps.compliance.enums import MediaType
from apps.compliance.errors import (
    DocumentHeicRefused,
    DocumentRefused,
    DocumentTooLarge,
    DocumentTypeRefused,
)

MOST_BYTES: Final = 15 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
_QUALITY: Final = 92
_SMALLEST_LETTERS: Final = 10
_FAINT: Final = (90, 90, 90, 90)
_JPEG: Final = b"\xff\xd8\xff"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_HEIF_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
# Decoding takes up to 300 MB for a moment: one image at a time in a process.
_ONE_AT_A_TIME: Final = threading.Lock()

# The bound below is tighter than Pillow's, and its own would warn first.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class Clean:
    """An image that was decoded and written anew; `sha256` is of the file as it came."""

    content: bytes
    media_type: MediaType
    width: int
    height: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An image as somebody is shown it."""

    content: bytes
    media_type: MediaType


def clean(*, content: bytes) -> Clean:
    """Return an image written anew, upright, without anything but its pixels. Works before an open unit.

    Raises: document_too_large above 15 MB; document_refused (empty, damaged, too_many_pixels above 40 million);
    document_heic_refused; document_type_refused for anything but JPEG and PNG.
    """
    if len(content) > MOST_BYTES:
        raise DocumentTooLarge(limit_bytes=MOST_BYTES)
    if not content:
        raise DocumentRefused(field="file", reason="empty")
    media_type = _sniffed(content)
    with _ONE_AT_A_TIME:
        pixels = _decoded(content, media_type)
        written = io.BytesIO()
        if media_type == MediaType.JPEG:
            pixels.save(written, "JPEG", quality=_QUALITY)
        else:
            pixels.save(written, "PNG")
    return Clean(
        content=written.getvalue(),
        media_type=media_type,
        width=pixels.width,
        height=pixels.height,
        sha256=hashlib.sha256(content).hexdigest(),
    )


def marked(*, content: bytes, words: str) -> Shown:
    """Return a kept image as a JPEG with a faint text all over it, which says who looks. Works after an open unit."""
    with Image.open(io.BytesIO(content)) as image:
        pixels = image.convert("RGBA")
    size = max(_SMALLEST_LETTERS, min(pixels.size) // 28)
    font = ImageFont.load_default(size)
    layer = Image.new("RGBA", pixels.size)
    draw = ImageDraw.Draw(layer)
    wide, high = int(font.getlength(words)) + 4 * size, 6 * size
    for row, top in enumerate(range(size, pixels.height + high, high)):
        for left in range(-(row % 2) * wide // 2, pixels.width, wide):
            draw.text((left, top), words, font=font, fill=_FAINT)
    written = io.BytesIO()
    Image.alpha_composite(pixels, layer).convert("RGB").save(written, "JPEG", quality=_QUALITY)
    return Shown(content=written.getvalue(), media_type=MediaType.JPEG)


def _sniffed(content: bytes) -> MediaType:
    """Return what the first bytes say; the name and the stated type are a stranger's words."""
    if content.startswith(_JPEG):
        return MediaType.JPEG
    if content.startswith(_PNG):
        return MediaType.PNG
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        raise DocumentHeicRefused
    raise DocumentTypeRefused


def _decoded(content: bytes, media_type: MediaType) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=[media_type.label]) as image:
            _require_bounds(image)
            upright = ImageOps.exif_transpose(image)
            upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except DocumentRefused:
        raise
    except Exception as error:  # a decoder fed by strangers fails in any way it likes
        raise DocumentRefused(field="file", reason="damaged") from error
    plain = Image.new("RGB", upright.size, "white")
    plain.paste(upright, mask=upright.getchannel("A") if upright.mode == "RGBA" else None)
    return plain


def _require_bounds(image: Image.Image) -> None:
    """Refuse by the size that the head of the file states, before a pixel is decoded."""
    if image.width * image.height > MOST_PIXELS:
        raise DocumentRefused(field="file", reason="too_many_pixels", limit_pixels=MOST_PIXELS)
