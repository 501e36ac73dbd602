"""Images of identity papers that nobody would take for real ones."""

import io

from PIL import Image, ImageDraw

_SIZE = (720, 454)
_INK, _PAPER, _STRIPE = (38, 50, 70), (232, 238, 244), (60, 110, 150)


def card(title: str, lines: list[str]) -> bytes:
    """Return a JPEG of a card: a portrait made of shapes, and lines of text."""
    image = Image.new("RGB", _SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, _SIZE[0], 70), fill=_STRIPE)
    draw.text((24, 22), f"{title}  -  SPECIMEN", fill="white", font_size=26)
    draw.rectangle((36, 110, 236, 380), fill=(205, 214, 224))
    draw.ellipse((91, 150, 181, 250), fill=_INK)
    draw.ellipse((61, 265, 211, 470), fill=_INK)
    draw.rectangle((0, 392, 260, _SIZE[1]), fill=_PAPER)
    for number, line in enumerate(lines):
        draw.text((276, 120 + 52 * number), line, fill=_INK, font_size=26)
    content = io.BytesIO()
    image.save(content, "JPEG", quality=82)
    return content.getvalue()
