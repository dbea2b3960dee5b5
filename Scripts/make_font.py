#!/usr/bin/env python3
"""Writes Sources/Imaging/Drawing/FontTable.swift: the glyphs of DejaVu Sans (Debian: fonts-dejavu-core) that labels are set in.

Layout of the bytes (little-endian), in base64: u16 glyphs, u16 em, i16 ascent, i16 descent, i16 x-height (pixels); for each
glyph u16 code point, u8 advance, i8 left, i8 top above the baseline, u8 width, u8 height, u16 bytes of coverage; then the
coverage of all glyphs: each byte a level 0 to 15 in its upper half and a run length less one in its lower.
"""
import base64
import struct
import sys
from pathlib import Path

import PIL
from PIL import Image, ImageDraw, ImageFont

EM = 64
CODES = list(range(32, 127)) + list(range(160, 256)) + [0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, 0x20AC]
path = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
font = ImageFont.truetype(path, EM, layout_engine=ImageFont.Layout.BASIC)


def glyph(code):
    """Advance, left, top and the rows of levels 0 to 15."""
    text = chr(code)
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    advance = round(font.getlength(text))
    if right <= left or bottom <= top:
        return advance, 0, 0, []
    image = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(image).text((-left, -top), text, fill=255, font=font, anchor="ls")
    levels = [[(image.getpixel((x, y)) * 15 + 127) // 255 for x in range(image.width)] for y in range(image.height)]
    return advance, left, -top, levels


def packed(levels):
    out, flat = bytearray(), [v for row in levels for v in row]
    index = 0
    while index < len(flat):
        run = 1
        while run < 16 and index + run < len(flat) and flat[index + run] == flat[index]:
            run += 1
        out.append(flat[index] << 4 | run - 1)
        index += run
    return bytes(out)


head, body = bytearray(), bytearray()
ascent, descent = font.getmetrics()
x_height = -font.getbbox("x", anchor="ls")[1]
head += struct.pack("<HHhhh", len(CODES), EM, ascent, descent, x_height)
for code in CODES:
    advance, left, top, levels = glyph(code)
    data = packed(levels)
    head += struct.pack("<HBbbBBH", code, advance, left, top, len(levels[0]) if levels else 0, len(levels), len(data))
    body += data
text = base64.b64encode(bytes(head + body)).decode()
lines = [text[i : i + 110] for i in range(0, len(text), 110)]
out = Path(__file__).parents[1] / "Sources/Imaging/Drawing/FontTable.swift"
out.write_text(
    "// Made by Scripts/make_font.py from DejaVu Sans (licence in NOTICE). Do not edit.\n\n"
    "/// The glyphs' bytes in base64; Scripts/make_font.py says how they are laid out.\n"
    'let fontTable = """\n' + "\n".join("  " + line for line in lines) + '\n  """\n')
print(f"Pillow {PIL.__version__}, {font.getname()}, {len(CODES)} glyphs, {out.stat().st_size} bytes")
