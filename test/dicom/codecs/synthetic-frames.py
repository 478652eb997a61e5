"""Writes synthetic-frames.json: small invented frames encoded, and decoded again, by other people's codecs.

pip install numpy==2.4.6 imagecodecs==2026.3.6 pillow && python synthetic-frames.py
imagecodecs brings libjpeg-turbo 3.1.3 (8 and 12 bit, lossless), CharLS 2.4.3, OpenJPEG 2.5.4 and OpenJPH 0.26.3.
"""

import base64
import io
import json
import pathlib

import imagecodecs
import numpy
from PIL import Image

ROWS, COLUMNS = 22, 27
random = numpy.random.default_rng(7)
y, x = numpy.mgrid[0:ROWS, 0:COLUMNS]
body = numpy.hypot(y - 11, x - 13) < 9
hounsfield = numpy.where(body, 40 + 8 * x, -1000) + random.normal(0, 20, body.shape)
signed16 = hounsfield.round().astype("<i2")
signed16[0, :3] = [-32768, 32767, -2000]
unsigned12 = (hounsfield + 1024).round().clip(0, 4095).astype("<u2")
unsigned12[0, :2] = [0, 4095]
signed8 = (hounsfield / 16).round().clip(-128, 127).astype("i1")
signed8[0, :2] = [-128, 127]
unsigned8 = (unsigned12 >> 3).clip(0, 255).astype("u1")


def pillow(image, kind="JPEG", **options):
    file = io.BytesIO()
    Image.fromarray(image).save(file, kind, **options)
    return file.getvalue()


def encoded():
    """Name, transfer syntax, codestream, decoder, and the data set's bits stored and pixel representation."""
    jpeg, jls = imagecodecs.jpeg8_encode, imagecodecs.jpegls_encode
    j2k, htj2k = imagecodecs.jpeg2k_encode, imagecodecs.htj2k_encode
    d8, dls, d2k, dht = (
        imagecodecs.jpeg8_decode,
        imagecodecs.jpegls_decode,
        imagecodecs.jpeg2k_decode,
        imagecodecs.htj2k_decode,
    )
    as_unsigned = signed16.view("<u2")
    yield "JPEG baseline", "50", jpeg(unsigned8, level=85), d8, 8, 0
    yield "JPEG baseline, restarts", "50", pillow(unsigned8, quality=90, restart_marker_blocks=3), d8, 8, 0
    yield "JPEG baseline, own tables", "50", jpeg(unsigned8, level=50, optimize=True), d8, 8, 0
    yield "JPEG baseline, coarse", "50", jpeg(unsigned8, level=2), d8, 8, 0
    yield "JPEG extended", "51", jpeg(unsigned12, level=95, bitspersample=12), d8, 12, 0
    yield "JPEG extended, coarse", "51", jpeg(unsigned12, level=5, bitspersample=12), d8, 12, 0
    yield "JPEG progressive", "55", pillow(unsigned8, quality=90, progressive=True), d8, 8, 0
    yield "JPEG progressive, restarts", "55", pillow(
        unsigned8, quality=30, progressive=True, restart_marker_blocks=5
    ), d8, 8, 0
    for predictor in range(1, 8):
        code = jpeg(unsigned12, lossless=True, predictor=predictor, bitspersample=12)
        yield f"JPEG lossless, predictor {predictor}", "57", code, d8, 12, 0
    yield "JPEG lossless, signed 16 bit", "70", jpeg(as_unsigned, lossless=True, predictor=1, bitspersample=16), d8, 16, 1
    yield "JPEG lossless, 8 bit", "70", jpeg(unsigned8, lossless=True, predictor=1, bitspersample=8), d8, 8, 0
    yield "JPEG-LS", "80", jls(unsigned12), dls, 12, 0
    yield "JPEG-LS, signed 16 bit", "80", jls(as_unsigned), dls, 16, 1
    yield "JPEG-LS, 8 bit", "80", jls(unsigned8), dls, 8, 0
    yield "JPEG-LS near-lossless", "81", jls(unsigned12, level=3), dls, 12, 0
    bare = {"codecformat": "j2k", "reversible": True, "level": 0}
    yield "JPEG 2000", "90", j2k(unsigned12, bitspersample=12, **bare), d2k, 12, 0
    yield "JPEG 2000, signed 16 bit", "90", j2k(signed16, **bare), d2k, 16, 1
    yield "JPEG 2000, signed in an unsigned codestream", "90", j2k(as_unsigned, **bare), d2k, 16, 1
    yield "JPEG 2000, unsigned in a signed codestream", "90", j2k(signed16, **bare), d2k, 16, 0
    yield "JPEG 2000, 8 bit", "90", j2k(unsigned8, **bare), d2k, 8, 0
    yield "JPEG 2000, signed 8 bit", "90", j2k(signed8, **bare), d2k, 8, 1
    yield "JPEG 2000, layers by resolution", "90", pillow(
        unsigned12, "JPEG2000", no_jp2=True, progression="RLCP", quality_layers=[30, 8, 1], codeblock_size=(8, 8)
    ), d2k, 16, 0
    # Pillow spoils the tiles at the edge; decoders agree about what it wrote.
    yield "JPEG 2000, tiles", "91", pillow(
        unsigned12, "JPEG2000", no_jp2=True, tile_size=(16, 16), num_resolutions=2
    ), d2k, 16, 0
    yield "JPEG 2000 in JP2", "90", j2k(
        unsigned12, bitspersample=12, codecformat="jp2", reversible=True, level=0
    ), d2k, 12, 0
    yield "JPEG 2000, lossy", "91", j2k(unsigned12, bitspersample=12, codecformat="j2k", level=45), d2k, 12, 0
    yield "HTJ2K", "201", htj2k(unsigned12, reversible=True), dht, 16, 0
    yield "HTJ2K, signed 16 bit", "201", htj2k(signed16, reversible=True), dht, 16, 1
    yield "HTJ2K, 8 bit", "202", htj2k(unsigned8, reversible=True), dht, 8, 0
    yield "HTJ2K, tiles", "202", htj2k(unsigned12, reversible=True, tile=(16, 16), resolutions=2), dht, 16, 0
    yield "HTJ2K, lossy", "203", htj2k(unsigned12, level=0.001, reversible=False), dht, 16, 0


def base64_of(values):
    wide = values.astype("<i2" if values.dtype.kind == "i" else "<u2") if values.dtype.itemsize == 1 else values
    return base64.b64encode(wide.tobytes()).decode()


images = {"signed16": signed16, "signed8": signed8, "unsigned12": unsigned12, "unsigned8": unsigned8}
frames = []
for name, syntax, codestream, decode, bits_stored, representation in encoded():
    values = decode(bytes(codestream))
    same = [key for key, image in images.items() if base64_of(image) == base64_of(values)]
    assert same or syntax in ("50", "51", "55", "81", "91", "203"), f"{name} is not lossless"
    frames.append(
        {
            "name": name,
            "transferSyntax": f"1.2.840.10008.1.2.4.{syntax}",
            "bitsAllocated": 8 if bits_stored == 8 else 16,
            "bitsStored": bits_stored,
            "pixelRepresentation": representation,
            "codestream": base64.b64encode(bytes(codestream)).decode(),
            "values": same[0] if same else base64_of(values),
        }
    )
document = {
    "note": "Invented pixels, no licence needed. Made by synthetic-frames.py. Values are 16-bit little-endian, "
    "as the independent decoder gave them; a name stands for one of the images, which was encoded losslessly.",
    "rows": ROWS,
    "columns": COLUMNS,
    "images": {key: base64_of(image) for key, image in images.items()},
    "frames": frames,
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(document, indent=2) + "\n")
