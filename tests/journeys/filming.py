"""Films what stands on a screen, and has it judged for photosensitive readers: flashes, saturated red, stripes."""

from __future__ import annotations

import base64
import contextlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from iris_pse_detection import AnalysisResult, Configuration, VideoAnalyser
from playwright.sync_api import Page

A_SECOND = 25
"""Images of a film."""
STILL = 0.8
"""Seconds that an unchanging screen lasts in the film, at most: longer than a pattern needs to be noticed (0.5 s)."""


@dataclass
class Film:
    """What a page looked like, as Chromium drew it: (seconds, image)."""

    images: list[tuple[float, np.ndarray]] = field(default_factory=list)

    def keep(self, at: float, encoded: str) -> None:
        drawn = cv2.imdecode(np.frombuffer(base64.b64decode(encoded), np.uint8), cv2.IMREAD_COLOR)
        self.images.append((at, drawn))

    def frames(self) -> Iterator[np.ndarray]:
        """As the eye had them, ``A_SECOND``: a change stays where it was in time, what stands still is cut short."""
        height, width = self.images[0][1].shape[:2]
        ends = [at for at, _ in self.images[1:]] + [self.images[-1][0] + STILL]
        for (at, drawn), until in zip(self.images, ends, strict=True):
            whole = drawn if drawn.shape[:2] == (height, width) else cv2.resize(drawn, (width, height))
            for _ in range(max(1, round(min(until - at, STILL) * A_SECOND))):
                yield whole


@contextmanager
def filming(page: Page) -> Iterator[Film]:
    """Everything this page draws meanwhile."""
    film, client = Film(), page.context.new_cdp_session(page)

    def drawn(frame: dict) -> None:
        film.keep(frame["metadata"]["timestamp"], frame["data"])
        client.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    client.on("Page.screencastFrame", drawn)
    client.send("Page.startScreencast", {"format": "png", "everyNthFrame": 1})
    yield film
    page.wait_for_timeout(100)  # the last image is on its way
    client.send("Page.stopScreencast")
    client.detach()


def judged(frames: Iterator[np.ndarray], folder: Path) -> AnalysisResult:
    """Of a film: ``Pass``, ``PassWithWarning`` or ``Fail``, with the detection of patterns on."""
    path, writer = folder / "film.avi", None
    for frame in frames:
        if writer is None:
            size = (frame.shape[1], frame.shape[0])
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), A_SECOND, size)
        writer.write(frame)
    assert writer is not None, "nothing was filmed"
    writer.release()
    asked = Configuration()
    asked.pattern_detection_enabled, asked.results_path = True, str(folder / "said")
    with contextlib.redirect_stdout(io.StringIO()):
        found: AnalysisResult = VideoAnalyser(asked).analyse_video(str(path)).overall_result
    return found
