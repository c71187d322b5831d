"""Make the pixels of a finished page small; they get their watermark after that, like any page."""

import numpy as np
import pyvips

from app.rendering.pixels import Pixels


def shrunk(pixels: Pixels, width: int) -> Pixels:
    """Give a page's pixels at a width in pixels, or as they are where they are narrower."""
    if pixels.shape[1] <= width:
        return pixels
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    image = pyvips.Image.new_from_memory(
        np.ascontiguousarray(pixels).data, pixels.shape[1], pixels.shape[0], channels, "uchar"
    )
    small = image.resize(width / pixels.shape[1])
    made = np.frombuffer(small.write_to_memory(), dtype=np.uint8)
    shape = (small.height, small.width, channels)[: pixels.ndim]
    return np.ascontiguousarray(made.reshape(shape))
