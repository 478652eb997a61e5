"""Writes pydicom-frames.json: what independent decoders make of the DICOM files of the shared folder.

pip install pydicom==3.0.2 'pylibjpeg[all]' numpy==2.4.6 imagecodecs==2026.3.6
python pydicom-frames.py SHARED

Stored values by pydicom with pylibjpeg (OpenJPEG, CharLS, libjpeg and RLE); those of DCT JPEG by libjpeg-turbo 3.1.3
(imagecodecs), since pydicom's decoder of those differs from libjpeg by one in places and lacks the progressive ones.
"""

import hashlib
import json
import pathlib
import sys
import zlib

import imagecodecs
import pydicom
from pydicom.encaps import generate_frames

DCT = [f"1.2.840.10008.1.2.4.{number}" for number in (50, 51, 53, 55)]
DEFLATED = "1.2.840.10008.1.2.1.99"
shared = pathlib.Path(sys.argv[1])


def files():
    for folder in ("ct-transfer-syntaxes", "ct-multiframe-encaps", "pydicom-misc"):
        yield from sorted((shared / "data" / folder).rglob("*"))
    for series in sorted((shared / "raw/images/dicom").glob("*/*/*")):
        instances = sorted(series.iterdir())
        compressed = pydicom.dcmread(instances[0]).file_meta.TransferSyntaxUID.is_encapsulated
        yield from instances if compressed else instances[:1]


def frames_of(data, syntax, count):
    if syntax in DCT:
        return [imagecodecs.jpeg8_decode(code) for code in generate_frames(data.PixelData, number_of_frames=count)]
    pixels = data.pixel_array
    return list(pixels) if count > 1 else [pixels]


def inflated_offset(path, data):
    """Where the deflated data set starts, and where the pixel data is in it once inflated."""
    raw = path.read_bytes()
    start = 132 + 12 + data.file_meta[0x00020000].value
    inflated = zlib.decompress(raw[start:], -15)
    return start, inflated.rindex(b"\xe0\x7f\x10\x00OW") + 12


entries = []
for path in files():
    if path.is_dir() or path.name == "LICENSE":
        continue
    data = pydicom.dcmread(path)
    if "PixelData" not in data or data.BitsAllocated == 1:
        continue
    syntax = str(data.file_meta.TransferSyntaxUID)
    count = int(data.get("NumberOfFrames", 1))
    deflated_from, offset = None, data.get_item("PixelData").value_tell
    if syntax == DEFLATED:
        deflated_from, offset = inflated_offset(path, data)
    signed = data.PixelRepresentation == 1
    values = [frame.astype("<i2" if signed else "<u2") for frame in frames_of(data, syntax, count)]
    entry = {
        "file": path.relative_to(shared).as_posix(),
        "transferSyntax": syntax,
        "frames": count,
        "rows": data.Rows,
        "columns": data.Columns,
        "bitsAllocated": data.BitsAllocated,
        "bitsStored": data.BitsStored,
        "highBit": data.HighBit,
        "pixelRepresentation": data.PixelRepresentation,
        "pixelDataAt": offset,
        "sha256": [hashlib.sha256(frame.tobytes()).hexdigest() for frame in values],
    }
    if deflated_from:
        entry["deflatedFrom"] = deflated_from
    entries.append(entry)

note = (
    "SHA-256 of each frame's stored values, as 16-bit little-endian; made by pydicom-frames.py. "
    "pixelDataAt is the byte of the file (of the inflated data set, where deflatedFrom is given) "
    "at which the value of Pixel Data starts."
)
lines = ",\n".join("  " + json.dumps(entry) for entry in entries)
pathlib.Path(__file__).with_suffix(".json").write_text(
    f'{{\n "note": {json.dumps(note)},\n "files": [\n{lines}\n ]\n}}\n'
)
