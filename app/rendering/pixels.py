"""Turn painted pixels into bytes: PNG for the reader, packed image data for the download.

No painting happens here, and nothing here knows where the pixels came from.
"""

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyvips

Pixels = npt.NDArray[np.uint8]

COLOURS = 256
PHOTO_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class PackedImage:
    """Image data as a PDF holds it: rows packed without predictor, deflated.

    `palette` holds red, green, blue per colour; None for one channel of gray.
    """

    width: int
    height: int
    bits: int
    palette: bytes | None
    deflated: bytes


def to_image(pixels: Pixels) -> pyvips.Image:
    """Wrap pixels (height × width, or × 3) as a libvips image without copying."""
    height, width = pixels.shape[:2]
    bands = 1 if pixels.ndim == 2 else pixels.shape[2]
    image = pyvips.Image.new_from_memory(
        np.ascontiguousarray(pixels).data, width, height, bands, "uchar"
    )
    return image.copy(interpretation="b-w" if bands == 1 else "srgb")


def encode_png(pixels: Pixels, *, level: int = 3) -> bytes:
    """Encode pixels as a lossless PNG with nothing in it but the image."""
    image = to_image(pixels)
    return bytes(image.pngsave_buffer(compression=level, keep="none"))


def encode_jpeg(pixels: Pixels, *, quality: int = 82) -> bytes:
    """Encode pixels as a JPEG with nothing in it but the image."""
    return bytes(to_image(pixels).jpegsave_buffer(Q=quality, keep="none"))


def decode_png(png: bytes) -> Pixels:
    """Decode a PNG made by `encode_png`; gives height × width, or × 3."""
    image = pyvips.Image.pngload_buffer(png)
    pixels = np.frombuffer(image.write_to_memory(), dtype=np.uint8)
    if image.bands == 1:
        return pixels.reshape(image.height, image.width)
    return pixels.reshape(image.height, image.width, image.bands)[..., :3]


def pack(pixels: Pixels) -> PackedImage:
    """Pack pixels for a PDF: 16 grays, 256 grays for photographs, or 256 colours. Black stays 0."""
    height, width = pixels.shape[:2]
    if pixels.ndim == 2:
        middle = np.count_nonzero((pixels > 24) & (pixels < 231)) / pixels.size
        if middle > PHOTO_SHARE:
            return PackedImage(width, height, 8, None, zlib.compress(pixels.tobytes(), 6))
        levels = ((pixels.astype(np.uint16) * 15 + 127) // 255).astype(np.uint8)
        if width % 2:
            levels = np.pad(levels, ((0, 0), (0, 1)))
        packed = levels[:, 0::2] << 4 | levels[:, 1::2]
        return PackedImage(width, height, 4, None, zlib.compress(packed.tobytes(), 6))
    palette, indices = _palette(pixels)
    return PackedImage(width, height, 8, palette, zlib.compress(indices.tobytes(), 6))


def _palette(pixels: Pixels) -> tuple[bytes, Pixels]:
    """Choose the commonest of 32768 coarse colours; every other goes to the nearest of them.

    Without dithering, so that pixels of one colour stay one colour; black is entry 0, exactly.
    """
    coarse = pixels.astype(np.uint16) >> 3
    bins = coarse[..., 0] << 10 | coarse[..., 1] << 5 | coarse[..., 2]
    counts = np.bincount(bins.ravel(), minlength=32768)
    means = _bin_colours()
    white = 32767
    used = np.flatnonzero(counts)
    ranked = used[np.argsort(counts[used], kind="stable")[::-1]]
    kept = [0, white, *[int(entry) for entry in ranked if entry not in (0, white)]][:COLOURS]
    colours = means[kept]
    distance = ((means[used][:, None, :] - colours[None, :, :]) ** 2).sum(axis=2)
    table = np.zeros(32768, dtype=np.uint8)
    table[used] = distance.argmin(axis=1).astype(np.uint8)
    return colours.astype(np.uint8).tobytes(), table[bins]


def _bin_colours() -> npt.NDArray[np.int32]:
    entries = np.arange(32768)
    channels = np.stack([entries >> 10, entries >> 5 & 31, entries & 31], axis=1)
    return (channels * 255 // 31).astype(np.int32)
