"""What is drawn on paper beside words: a clock face, a square to scan."""

from __future__ import annotations

from io import BytesIO

import segno

from easyread.clock import Clock

_FACE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72" fill="none" stroke="#000" stroke-linecap="round">'
    '<circle cx="36" cy="36" r="33" stroke-width="2"/>'
    '<path stroke-width="2" d="M36 6v6M66 36h-6M36 66v-6M6 36h6"/>'
    '<path stroke-width="5" d="M36 36V20" transform="rotate({hour} 36 36)"/>'
    '<path stroke-width="3" d="M36 36V11" transform="rotate({minute} 36 36)"/></svg>'
)


def clock_face(face: Clock) -> str:
    """The clock of the screen, in black."""
    return _FACE.format(hour=face.hour_hand, minute=face.minute_hand)


def square(said: str) -> str:
    """A QR code, as SVG."""
    made = BytesIO()
    segno.make(said, error="m", micro=False).save(made, kind="svg", border=2, svgclass=None, lineclass=None)
    return made.getvalue().decode()
