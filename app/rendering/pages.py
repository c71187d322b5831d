"""Draw pages with PDFium and map between its user space and the page as displayed.

Runs inside the sandboxed child only. Annotations and form fields are never drawn. Rotation, crop
box and user unit are PDFium's own business: boxes go through its page-to-device mapping.
"""

import ctypes
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from app.rendering.framing import Frame

Pixels = npt.NDArray[np.uint8]

MAX_PIXELS = 30_000_000
FALLBACK_SIZE = (612.0, 792.0)
MIN_SIZE_PT = 1.0
MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Drawing:
    """An open page with its size as displayed in points."""

    page: Any
    width_pt: float
    height_pt: float

    def size_px(self, dpi: float) -> tuple[int, int]:
        """Give width and height in pixels at a resolution, lowered to at most 30 Mpx."""
        scale = dpi / 72
        most = math.sqrt(MAX_PIXELS / (self.width_pt * self.height_pt))
        scale = min(scale, most)
        width, height = self.width_pt * scale, self.height_pt * scale
        return max(1, math.floor(width + 0.5)), max(1, math.floor(height + 0.5))

    def draw(self, dpi: float, *, flags: int = 0) -> Pixels:
        """Draw the page on white; give height × width × 3 bytes, red first."""
        width, height = self.size_px(dpi)
        pixels = np.full((height, width, 3), 255, dtype=np.uint8)
        self._into(pixels, raw.FPDFBitmap_BGR, raw.FPDF_REVERSE_BYTE_ORDER | flags)
        return pixels

    def draw_gray(self, dpi: float) -> Pixels:
        """Draw the page on white without colour; give height × width bytes."""
        width, height = self.size_px(dpi)
        pixels = np.full((height, width), 255, dtype=np.uint8)
        self._into(pixels, raw.FPDFBitmap_Gray, raw.FPDF_GRAYSCALE)
        return pixels

    def _into(self, pixels: Pixels, kind: int, flags: int) -> None:
        height, width = pixels.shape[:2]
        bitmap = raw.FPDFBitmap_CreateEx(width, height, kind, pixels.ctypes.data, pixels.strides[0])
        if not bitmap:
            raise MemoryError
        try:
            raw.FPDF_RenderPageBitmap(bitmap, self.page, 0, 0, width, height, 0, flags)
        finally:
            raw.FPDFBitmap_Destroy(bitmap)

    def to_displayed(self) -> npt.NDArray[np.float64]:
        """Give the 2 × 3 matrix from PDFium's user space to points as displayed."""
        fine = min(100.0, 1e9 / max(self.width_pt, self.height_pt) / 100)
        width, height = round(self.width_pt * fine), round(self.height_pt * fine)
        origin, right, up = (
            self._device(width, height, x, y) for x, y in ((0, 0), (1000, 0), (0, 1000))
        )
        unit = np.array([self.width_pt / width, self.height_pt / height])
        columns = [(right - origin) / 1000 * unit, (up - origin) / 1000 * unit, origin * unit]
        return np.stack(columns, axis=1)

    def _device(self, width: int, height: int, x: float, y: float) -> npt.NDArray[np.float64]:
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self.page, 0, 0, width, height, 0, x, y, across, down)
        return np.array([across.value, down.value], dtype=np.float64)


@contextmanager
def drawing(document: pdfium.PdfDocument, number: int) -> Iterator[Drawing | None]:
    """Open page `number` (from 1); gives None where PDFium cannot load it."""
    page = raw.FPDF_LoadPage(document, number - 1)
    if not page:
        yield None
        return
    try:
        width = float(raw.FPDF_GetPageWidthF(page))
        height = float(raw.FPDF_GetPageHeightF(page))
        usable = math.isfinite(width) and math.isfinite(height)
        usable = usable and min(width, height) >= MIN_SIZE_PT
        yield Drawing(page, width, height) if usable else None
    finally:
        raw.FPDF_ClosePage(page)


def render(document: pdfium.PdfDocument, number: int, *, dpi: float) -> Frame:
    """Draw one page for the parent: a head that says its shape, and the bare pixels.

    A page that cannot be drawn comes back white and marked, never as an error: the others go on.
    """
    with drawing(document, number) as page:
        if page is None:
            width, height = FALLBACK_SIZE
            size = (round(width * dpi / 72), round(height * dpi / 72))
            pixels = np.full((size[1], size[0], 3), 255, dtype=np.uint8)
        else:
            width, height = page.width_pt, page.height_pt
            pixels = page.draw(dpi)
        single = gray(pixels)
        head = {
            "number": number,
            "width_px": pixels.shape[1],
            "height_px": pixels.shape[0],
            "width_pt": round(width, 3),
            "height_pt": round(height, 3),
            "channels": 1 if single is not None else 3,
            "rendered": page is not None,
        }
        return head, (single if single is not None else pixels).tobytes()


def gray(pixels: Pixels) -> Pixels | None:
    """Give the one channel of a page without colour, None where there is colour."""
    red = pixels[..., 0]
    if np.array_equal(red, pixels[..., 1]) and np.array_equal(red, pixels[..., 2]):
        return np.ascontiguousarray(red)
    return None


def text_objects(page: Any) -> Iterator[Any]:
    """Yield every text object of a page, those inside nested forms included."""
    count = raw.FPDFPage_CountObjects(page)
    for index in range(count):
        yield from _inside(raw.FPDFPage_GetObject(page, index), 0)


def _inside(item: Any, depth: int) -> Iterator[Any]:
    kind = raw.FPDFPageObj_GetType(item)
    if kind == raw.FPDF_PAGEOBJ_TEXT:
        yield item
    elif kind == raw.FPDF_PAGEOBJ_FORM and depth < MAX_DEPTH:
        for index in range(raw.FPDFFormObj_CountObjects(item)):
            yield from _inside(raw.FPDFFormObj_GetObject(item, index), depth + 1)
