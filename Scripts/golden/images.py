#!/usr/bin/env python3
"""Goldens of ImagingTests/Codecs: small JPEG and PNG files of every kind, whole and damaged, and what Pillow makes of them.

usage: images.py [FOLDER_OF_REAL_IMAGES]   (without it the golden of real images is left as it is)

Each golden is a safetensors file: the encoded files as U8 tensors by name, and `cases` with Pillow's verdict on each: the size and
CRC-32 of the RGB bytes of `ImageOps.exif_transpose(im).convert("RGB")` (16-bit grey: high byte), or null where Pillow refuses.
Needs `cjpeg` of libjpeg-turbo (Debian: libjpeg-turbo-progs) for arithmetic coding, odd sampling factors and scan scripts.
"""
import io, json, os, struct, subprocess, sys, tempfile, warnings, zlib
import numpy as np
import PIL
from PIL import Image, ImageOps
from safetensors.numpy import save_file

GOLDENS = os.path.join(os.path.dirname(__file__), "../../Tests/ImagingTests/Codecs/Goldens")
SEED = 0
warnings.simplefilter("ignore")
Image.MAX_IMAGE_PIXELS = None


def pillow(data):
    """The upright RGB bytes as an array, or None where Pillow refuses."""
    try:
        im = Image.open(io.BytesIO(data))
        if im.format not in ("JPEG", "PNG", "MPO"):
            return None
        im.load()
        deep = im.mode.startswith("I")
        im = ImageOps.exif_transpose(im)
        if deep:
            return np.stack([(np.array(im).astype(np.int64) >> 8).astype(np.uint8)] * 3, -1)
        return np.ascontiguousarray(im.convert("RGB"))
    except Exception:
        return None


def verdict(name, data):
    rgb = pillow(data)
    if rgb is None:
        return {"name": name}
    return {"name": name, "width": rgb.shape[1], "height": rgb.shape[0], "crc": zlib.crc32(rgb.tobytes())}


def write(name, files, cases=None):
    cases = cases or [verdict(k, v) for k, v in files.items()]
    tensors = {k: np.frombuffer(v, np.uint8) for k, v in files.items()} or {"none": np.zeros(1, np.uint8)}
    versions = {"pillow": PIL.__version__, "numpy": np.__version__, "cjpeg": cjpeg_version()}
    os.makedirs(GOLDENS, exist_ok=True)
    save_file(tensors, f"{GOLDENS}/{name}.safetensors", metadata={
        "script": "Scripts/golden/images.py", "versions": json.dumps(versions), "seed": str(SEED), "cases": json.dumps(cases)})
    accepted = sum("crc" in c for c in cases)
    print(f"{name}: {len(cases)} files, Pillow takes {accepted}, {os.path.getsize(f'{GOLDENS}/{name}.safetensors')} bytes")


# JPEG

def cjpeg_version():
    return subprocess.run(["cjpeg", "-version"], capture_output=True, text=True).stderr.split("\n")[0]


def picture(width, height):
    """Smooth colour, an edge and some texture: what the parts of a decoder differ on."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    red = 127 + 120 * np.sin(x / 5) * np.cos(y / 7)
    green = 255 * (x + y) / max(width + height - 2, 1)
    blue = np.where((x - width / 2) ** 2 + (y - height / 2) ** 2 < (min(width, height) / 3) ** 2, 230, 30) + 20 * np.sin(x * y / 11)
    return Image.fromarray(np.clip(np.stack([red, green, blue], -1), 0, 255).astype(np.uint8))


def jpeg(im, **options):
    out = io.BytesIO()
    im.save(out, "JPEG", **{"quality": 80, **options})
    return out.getvalue()


def cjpeg(im, *options, scans=None):
    pnm = (b"P6" if im.mode == "RGB" else b"P5") + b"\n%d %d\n255\n" % im.size + im.tobytes()
    with tempfile.NamedTemporaryFile("w") as script:
        if scans:
            script.write(scans)
            script.flush()
            options += ("-scans", script.name)
        return subprocess.run(["cjpeg", *options], input=pnm, capture_output=True, check=True).stdout


def segment(marker, data):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


def insert(data, *segments):
    return data[:2] + b"".join(segments) + data[2:]


def without(data, *markers):
    """The file without its segments of these markers."""
    out, i = data[:2], 2
    while data[i + 1] != 0xDA:
        end = i + 2 + struct.unpack(">H", data[i + 2:i + 4])[0]
        if data[i + 1] not in markers:
            out += data[i:end]
        i = end
    return out + data[i:]


def jpeg_kinds():
    files = {}
    for size in ((1, 1), (7, 5), (16, 16), (37, 21)):
        im, s = picture(*size), "%dx%d" % size
        files[f"grey_{s}"] = jpeg(im.convert("L"))
        for sampling in ("4:4:4", "4:2:2", "4:2:0"):
            files[f"rgb_{sampling}_{s}"] = jpeg(im, subsampling=sampling)
            files[f"progressive_{sampling}_{s}"] = jpeg(im, subsampling=sampling, progressive=True)
        files[f"cmyk_{s}"] = jpeg(im.convert("CMYK"))
        files[f"arithmetic_{s}"] = cjpeg(im, "-arithmetic")
    im = picture(37, 21)
    for sampling in ("1x2", "4x1", "1x4", "4x2", "3x1", "2x2,2x1,1x2", "1x1,2x2,1x1", "2x1,1x1,2x1"):
        files[f"sampling_{sampling}"] = cjpeg(im, "-sample", sampling)
    for quality in (1, 30, 100):
        files[f"quality_{quality}"] = jpeg(im, quality=quality)
    files["rgb_coded"] = jpeg(im, keep_rgb=True)
    files["rgb_coded_progressive"] = jpeg(im, keep_rgb=True, progressive=True)
    files["cmyk_progressive"] = jpeg(im.convert("CMYK"), progressive=True)
    files["grey_progressive"] = jpeg(im.convert("L"), progressive=True)
    files["grey_arithmetic"] = cjpeg(im.convert("L"), "-arithmetic")
    files["arithmetic_progressive"] = cjpeg(im, "-arithmetic", "-progressive")
    files["restart_blocks"] = jpeg(im, restart_marker_blocks=1)
    files["restart_rows"] = jpeg(im, restart_marker_rows=1)
    files["restart_progressive"] = cjpeg(im, "-progressive", "-restart", "2B")
    files["restart_arithmetic"] = cjpeg(im, "-arithmetic", "-restart", "1")
    files["optimized"] = jpeg(im, optimize=True)
    files["separate_scans"] = cjpeg(im, scans="0;\n1;\n2;\n")
    files["wide_tables"] = cjpeg(im, "-quality", "2")
    files["without_jfif"] = without(files["rgb_4:2:0_37x21"], 0xE0)
    files["rgb_without_adobe"] = without(files["rgb_coded"], 0xEE, 0xE0)
    files["cmyk_without_adobe"] = without(files["cmyk_37x21"], 0xEE, 0xE0)
    for transform in (0, 1, 2, 3):
        adobe = segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([transform]))
        # Transform 2 makes YCCK of the four components, 0 leaves them as CMYK.
        files[f"adobe_{transform}_four"] = insert(without(files["cmyk_37x21"], 0xEE, 0xE0), adobe)
        files[f"adobe_{transform}_three"] = insert(without(files["rgb_4:4:4_37x21"], 0xEE, 0xE0), adobe)
        files[f"adobe_{transform}_ycck_subsampled"] = insert(without(cmyk_subsampled(), 0xEE, 0xE0), adobe)
    out = io.BytesIO()
    im.save(out, "MPO", save_all=True, append_images=[im.rotate(180)], quality=50)
    files["mpo"] = out.getvalue()
    write("jpeg", files)


def cmyk_subsampled():
    return jpeg(picture(37, 21).convert("CMYK"), subsampling="4:2:0", quality=60)


def tiff(orientation=6, order="<", type=3, count=1, value=None, before=(), after=b"", entries=None, head=None, start=8):
    """EXIF data with one orientation entry."""
    data = (head or (b"II*\0" if order == "<" else b"MM\0*")) + struct.pack(order + "I", start)
    fields = [*before, (0x112, type, count, value if value is not None else struct.pack(order + "HH", orientation, 0))]
    data += struct.pack(order + "H", entries if entries is not None else len(fields))
    for tag, kind, n, content in fields:
        data += struct.pack(order + "HHI", tag, kind, n) + content
    return data + struct.pack(order + "I", 0) + after


def exif_variants():
    out = {}
    for order, name in (("<", "little"), (">", "big")):
        pack = lambda form, *values: struct.pack(order + form, *values)
        for o in range(0, 10):
            out[f"{name}_{o}"] = tiff(o, order)
        for kind, value in ((1, b"\6\0\0\0"), (2, b"6\0\0\0"), (4, pack("I", 6)), (6, b"\6\0\0\0"), (7, b"\6\0\0\0"), (8, pack("hh", 6, 0)),
                            (9, pack("i", 6)), (11, pack("f", 6)), (13, pack("I", 6)), (14, pack("I", 6)), (99, pack("I", 6))):
            out[f"{name}_type_{kind}"] = tiff(order=order, type=kind, value=value)
        pointer = pack("I", 8 + 2 + 12 + 4)
        for kind, value in ((5, pack("II", 6, 1)), (10, pack("ii", 12, 2)), (5, pack("II", 6, 0)), (5, pack("II", 13, 2)), (12, pack("d", 6)),
                            (16, pack("Q", 6))):
            out[f"{name}_pointed_{kind}_{value.hex()}"] = tiff(order=order, type=kind, value=pointer, after=value)
        out[f"{name}_pair"] = tiff(order=order, count=2, value=pack("HH", 6, 8))
        out[f"{name}_none"] = tiff(order=order, count=0)
        out[f"{name}_twice"] = tiff(8, order, before=[(0x112, 3, 1, pack("HH", 6, 0))])
        out[f"{name}_cut_value"] = tiff(order=order)[:-5]
        out[f"{name}_cut_end"] = tiff(order=order)[:-4]
        out[f"{name}_too_many"] = tiff(order=order, entries=500)
        out[f"{name}_huge_before"] = tiff(order=order, before=[(0x10F, 2, 2**31, pack("I", 10))])
        out[f"{name}_past_end_before"] = tiff(order=order, before=[(0x10F, 2, 20, pack("I", 40))])
        out[f"{name}_claims_before"] = tiff(order=order, before=[(0x10F, 2, 30, pack("I", 0)), (0x110, 2, 30, pack("I", 0))])
        out[f"{name}_start_past_end"] = tiff(order=order, start=999)
        for head in (b"II\0*", b"MM*\0", b"MM\0+"):
            out[f"{name}_head_{head.hex()}"] = tiff(order=order, head=head)
    out |= {"empty": b"", "prefixed": b"Exif\0\0" + tiff(), "prefixed_twice": b"Exif\0\0" * 2 + tiff()}
    return out


def orientations():
    files = {}
    # Without JFIF, so that Pillow meets damaged EXIF where it forgives it, at opening.
    plain = without(jpeg(Image.fromarray(np.add.outer(np.arange(0, 90, 30), np.arange(0, 100, 20)).astype(np.uint8)), quality=30, optimize=True), 0xE0)
    exif = lambda data: segment(0xE1, b"Exif\0\0" + data)
    xmp = lambda text: segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + text)
    files["none"] = plain
    for name, data in exif_variants().items():
        files[f"exif_{name}"] = insert(plain, exif(data))
    for name in ("little_6", "little_0", "little_none", "little_type_99", "big_start_past_end", "empty"):
        files[f"exif_{name}_and_xmp"] = insert(plain, exif(exif_variants()[name]), xmp(b'tiff:Orientation="3"'))
    for bad in (b"nonsense", b"II*\0", b"XX*\0\x08\0\0\0"):
        files[f"damaged_exif_{bad.hex()}_and_xmp"] = insert(plain, exif(bad), xmp(b'tiff:Orientation="3"'))
    texts = (b'tiff:Orientation="6"', b"<tiff:Orientation>6</tiff:Orientation>", b"tiff:Orientation='6'", b"tiff:Orientation=6",
             b'tiff:Orientation="x" tiff:Orientation="5"', b'tiff:Orientation="9"', b'tiff:Orientation=">8', b'tiff:tiff:Orientation="7"',
             b'tiff:Orientation="', b"tiff:Orientation", b"", b'\0tiff:Orientation="6"', b'tiff:Orientation="68"',
             b"tiff:Orientationtiff:Orientation>2")
    for i, text in enumerate(texts):
        files[f"xmp_{i}"] = insert(plain, xmp(text))
        files[f"xmp_{i}_after_another"] = insert(plain, xmp(b'tiff:Orientation="4"'), xmp(text))
    files["two_exif"] = insert(plain, exif(tiff(6)), exif(tiff(8)))
    files["split_exif"] = insert(plain, exif(tiff(6)[:12]), exif(tiff(6)[12:]))
    sos = plain.index(b"\xff\xda")
    files["exif_last"] = plain[:sos] + exif(tiff(6)) + plain[sos:]
    files["exif_in_app2"] = insert(plain, segment(0xE2, b"Exif\0\0" + tiff(6)))
    files["exif_misspelt"] = insert(plain, segment(0xE1, b"EXIF\0\0" + tiff(6)))
    cmyk = jpeg(picture(21, 10).convert("CMYK"), quality=20)
    for o in range(2, 9):
        files[f"cmyk_{o}"] = insert(cmyk, exif(tiff(o)))
    write("orientation", files)


def damaged_jpegs():
    files = {}
    base = jpeg(picture(37, 21), optimize=True)
    progressive = jpeg(picture(37, 21), progressive=True)
    i = base.index(b"\xff\xda")
    files |= {
        "trailing": base + b"garbage" * 9, "two": base + base, "padded": base[:2] + b"\xff\xff\xff" + base[2:],
        "no_end": base[:-2], "half_end": base[:-1], "no_end_less_one": base[:-3], "no_end_less_two": base[:-4],
        "tables_first": b"\xff\xd8" + segment(0xFE, b"hi") + b"\xff\xd9" + base, "junk_between": insert(base, segment(0xFE, b"x"), b"junk"),
        "escaped": base[:2] + b"\xff\x00" + base[2:], "end_before_scan": base[:i] + b"\xff\xd9" + base[i:],
        "no_tables": without(base, 0xC4), "no_quantization": without(base, 0xDB), "no_frame": without(base, 0xC0),
        "two_frames": insert(base, base[base.index(b"\xff\xc0"):][:19]), "no_scan": base[:i], "scan_header_only": base[:i + 14],
        "progressive_trailing": progressive + b"xx", "progressive_no_end": progressive[:-2],
        "progressive_junk_end": progressive[:-2] + b"abc\xff\xd9", "zero_width": base.replace(struct.pack(">HH", 21, 37), struct.pack(">HH", 21, 0)),
        "zero_height": base.replace(struct.pack(">HH", 21, 37), struct.pack(">HH", 0, 37)),
        "taller": base.replace(struct.pack(">HH", 21, 37), struct.pack(">HH", 99, 37)),
        "wider": base.replace(struct.pack(">HH", 21, 37), struct.pack(">HH", 21, 399)),
        "twelve_bits": base.replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc1\x00\x11\x0c"),
        "lossless": base.replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc3\x00\x11\x08"), "signature_only": b"\xff\xd8\xff",
    }
    rng = np.random.default_rng(SEED)
    start = base.index(b"\xff\xda")
    for n in range(24):
        data = bytearray(base)
        data[int(rng.integers(start + 14 if n % 2 else 2, len(base)))] ^= 1 << int(rng.integers(8))
        files[f"flip_{n}"] = bytes(data)
    write("damaged_jpeg", files)


# PNG

SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind, data, crc=0):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data) ^ crc)


def rows(rng, width, height, bits, filters=(0, 1, 2, 3, 4)):
    count = (width * bits + 7) // 8
    return b"".join(bytes([filters[int(rng.integers(len(filters)))]]) + rng.integers(0, 256, count, dtype=np.uint8).tobytes() for _ in range(height))


def image_data(rng, width, height, bits, interlaced):
    if not interlaced:
        return rows(rng, width, height, bits)
    out = b""
    for left, top, dx, dy in PASSES:
        w, h = max(0, -(-(width - left) // dx)), max(0, -(-(height - top) // dy))
        if w and h:
            out += rows(rng, w, h, bits)
    return out


def header(width, height, depth, color, interlaced=0, compression=0, method=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, compression, method, interlaced))


def png(head, stream, before=(), after=(), split=None, end=chunk(b"IEND", b"")):
    parts = [stream[i:i + split] for i in range(0, len(stream), split)] if split else [stream]
    return SIGNATURE + head + b"".join(before) + b"".join(chunk(b"IDAT", p) for p in parts) + b"".join(after) + end


def png_kinds():
    files, rng = {}, np.random.default_rng(SEED)
    palette = lambda n: chunk(b"PLTE", rng.integers(0, 256, 3 * n, dtype=np.uint8).tobytes())
    kinds = [(0, d) for d in (1, 2, 4, 8, 16)] + [(2, 8), (2, 16)] + [(3, d) for d in (1, 2, 4, 8)] + [(4, 8), (4, 16), (6, 8), (6, 16)]
    for color, depth in kinds:
        before = [palette(min(1 << depth, 40))] if color == 3 else []
        for width, height in ((1, 1), (3, 2), (11, 9)):
            for interlaced in (0, 1):
                data = zlib.compress(image_data(rng, width, height, SAMPLES[color] * depth, interlaced))
                files[f"color{color}_{depth}_{width}x{height}_{interlaced}"] = png(header(width, height, depth, color, interlaced), data, before)
        extra = [chunk(b"gAMA", struct.pack(">I", 45455)), chunk(b"sBIT", bytes([min(depth, 5)] * (3 if color == 3 else SAMPLES[color])))]
        transparent = {0: b"\0\1", 2: b"\0\1\0\2\0\3", 3: b"\0\x80"}.get(color)
        after_palette = [chunk(b"tRNS", transparent)] if transparent else []
        data = zlib.compress(image_data(rng, 5, 4, SAMPLES[color] * depth, 0))
        files[f"color{color}_{depth}_chunks"] = png(header(5, 4, depth, color), data, extra + before + after_palette, split=7)
    write("png", files)


def png_metadata():
    files, rng = {}, np.random.default_rng(SEED)
    head, data = header(3, 2, 8, 0), zlib.compress(rows(rng, 3, 2, 8))
    exif = lambda o: chunk(b"eXIf", tiff(o))
    text = lambda key, value: chunk(b"tEXt", key + b"\0" + value)
    ztext = lambda key, value: chunk(b"zTXt", key + b"\0\0" + zlib.compress(value))
    itext = lambda key, value, z=0: chunk(b"iTXt", key + b"\0" + bytes([z, 0]) + b"\0\0" + (zlib.compress(value) if z else value))
    profile = lambda data: b"\nexif\n%8d\n" % len(data) + b"\n".join(data.hex().encode()[i:i + 72] for i in range(0, 2 * len(data), 72)) + b"\n"
    xmp = lambda o: b'<x tiff:Orientation="%d"/>' % o
    raw, packet = b"Raw profile type exif", b"XML:com.adobe.xmp"
    cases = {f"exif_{o}": [exif(o)] for o in range(0, 10)}
    cases |= {
        "exif_big_endian": [chunk(b"eXIf", tiff(6, ">"))], "exif_prefixed": [chunk(b"eXIf", b"Exif\0\0" + tiff(6))], "exif_twice": [exif(6), exif(8)],
        "profile": [ztext(raw, profile(tiff(6)))], "profile_plain": [text(raw, profile(tiff(6)))], "profile_itxt": [itext(raw, profile(tiff(6)))],
        "profile_itxt_z": [itext(raw, profile(tiff(6)), 1)], "profile_prefixed": [ztext(raw, profile(b"Exif\0\0" + tiff(6)))],
        "profile_then_exif": [ztext(raw, profile(tiff(6))), exif(8)], "exif_then_profile": [exif(8), ztext(raw, profile(tiff(6)))],
        "profile_empty_and_xmp": [ztext(raw, b""), itext(packet, xmp(6))], "profile_carriage_returns": [ztext(raw, profile(tiff(6)).replace(b"\n", b"\r\n"))],
        "profile_cut": [chunk(b"zTXt", raw + b"\0\0" + zlib.compress(profile(tiff(6)))[:-6])],
        "xmp": [itext(packet, xmp(6))], "xmp_z": [itext(packet, xmp(6), 1)], "xmp_text": [text(packet, xmp(6))], "xmp_ztext": [ztext(packet, xmp(6))],
        "xmp_and_exif_1": [itext(packet, xmp(6)), exif(1)], "xmp_no_utf8": [itext(packet, xmp(6) + b"\xff")],
        "xmp_then_no_utf8": [itext(packet, xmp(6)), itext(packet, xmp(8) + b"\xff")], "xmp_twice": [itext(packet, xmp(6)), itext(packet, xmp(3))],
        "xmp_damaged": [chunk(b"iTXt", packet + b"\0\1\0\0\0nope")], "xmp_short": [chunk(b"iTXt", packet + b"\0\1")],
        "exif_as_text": [text(b"exif", tiff(6))], "exif_empty": [chunk(b"eXIf", b""), itext(packet, xmp(6))],
    }
    for name, chunks in cases.items():
        files[name] = png(head, data, before=chunks)
        files[f"{name}_after"] = png(head, data, after=chunks)
    frame = lambda n: chunk(b"fcTL", struct.pack(">IIIIIHHBB", n, 3, 2, 0, 0, 1, 10, 0, 0))
    control = lambda n: chunk(b"acTL", struct.pack(">II", n, 0))
    second = chunk(b"fdAT", struct.pack(">I", 2) + zlib.compress(rows(rng, 3, 2, 8)))
    files["apng"] = png(head, data, [control(2), frame(0)], [frame(1), second])
    files["apng_exif_after_frames"] = png(head, data, [control(2), frame(0)], [frame(1), second, exif(6)])
    files["apng_exif_before_frames"] = png(head, data, [control(2), frame(0)], [exif(6), frame(1), second])
    files["apng_one_frame"] = png(head, data, [control(1), frame(0)], [frame(1), exif(6)])
    files["apng_hidden_default"] = png(head, data, [control(1)], [frame(0), exif(6)])
    files["apng_no_frames"] = png(head, data, [control(0)], [exif(6)])
    write("png_metadata", files)


def damaged_pngs():
    files, rng = {}, np.random.default_rng(SEED)
    head = header(5, 4, 8, 2)
    raw = rows(rng, 5, 4, 24)
    data = zlib.compress(raw)
    whole = png(head, data)
    files |= {f"cut_{n}": whole[:-n] for n in (1, 3, 4, 5, 8, 11, 12, 13, 16, 17, 20)}
    files |= {f"stream_cut_{n}": png(head, data[:len(data) - n]) for n in (1, 4, 5, 6, 20)}
    files |= {f"rows_{n}": png(head, zlib.compress(rows(rng, 5, n, 24, (0, 1)))) for n in (0, 1, 3)}
    files |= {f"interlaced_bytes_{n}": png(header(5, 4, 8, 2, 1), zlib.compress(image_data(rng, 5, 4, 24, 1)[:n])) for n in (4, 8, 11, 12, 20, 40)}
    files |= {f"palette_{n}": png(header(5, 4, 8, 3), zlib.compress(rows(rng, 5, 4, 8, (0,))), [chunk(b"PLTE", bytes(range(3 * n % 251)) if n < 80 else bytes(3 * n))]) for n in (0, 1, 2, 77, 256, 257)}
    files |= {f"palette_missing_{n}": png(header(5, 4, 8, 3), zlib.compress(rows(rng, 5, n, 8, (0,)))) for n in (4, 2)}
    color = chunk(b"PLTE", bytes(range(90)))
    indexed = zlib.compress(bytes([0, 0, 1, 2, 29, 200] * 4))
    files |= {
        "palette_short_rows": png(header(5, 4, 8, 3), zlib.compress(bytes([0, 1, 2, 3, 4, 5])), [color]),
        "palette_odd": png(header(5, 4, 8, 3), indexed, [chunk(b"PLTE", bytes(range(50)))]),
        "palette_twice": png(header(5, 4, 8, 3), indexed, [color, chunk(b"PLTE", bytes(90))]),
        "palette_first": SIGNATURE + color + png(header(5, 4, 8, 3), indexed)[8:], "palette_after": png(header(5, 4, 8, 3), indexed, after=[color]),
        "palette_for_rgb": png(head, data, [color]), "transparency_first": png(header(5, 4, 8, 3), indexed, [chunk(b"tRNS", b"abc"), color]),
        "no_end": png(head, data, end=b""), "trailing": whole + b"xyz" * 9, "end_checksum": whole[:-1] + b"x",
        "data_checksum": whole[:-16] + b"abcd" + whole[-12:], "compression_1": png(header(5, 4, 8, 2, compression=1), data),
        "filter_method_1": png(header(5, 4, 8, 2, method=1), data), "interlace_2": png(header(5, 4, 8, 2, 2), zlib.compress(image_data(rng, 5, 4, 24, 1))),
        "row_filter_5": png(head, zlib.compress(b"\5" + raw[1:])), "stream_longer": png(head, zlib.compress(raw + b"more")),
        "stream_within_row": png(head, zlib.compress(raw[:20])), "stream_garbage": png(head, b"garbage garbage"), "stream_empty": png(head, b""),
        "stream_checksum": png(head, data[:-1] + bytes([data[-1] ^ 1])), "stream_dictionary": png(head, b"\x78\xbb\1\2\3\4" + data[2:]),
        "empty_chunks": png(head, b"", [chunk(b"IDAT", b"")], [chunk(b"IDAT", data)]),
        "split_by_text": png(head, data[:30], after=[chunk(b"tEXt", b"a\0b"), chunk(b"IDAT", data[30:])]),
        "data_before_header": SIGNATURE + chunk(b"IDAT", data) + whole[8:], "data_only": SIGNATURE + chunk(b"IDAT", data),
        "two_headers": png(header(3, 3, 8, 0) + head, data), "text_before_header": png(chunk(b"tEXt", b"a\0b") + head, data),
        "long_header": png(chunk(b"IHDR", head[8:21] + b"xx"), data), "short_header": png(chunk(b"IHDR", head[8:20]), data),
        "critical_chunk": png(head, data, [chunk(b"ABCD", b"x")]), "underscored_chunk": png(head, data, [chunk(b"a_C1", b"x")]),
        "chunk_misnamed": png(head, data, [chunk(b"a C1", b"x")]), "chunk_checksum": png(head, data, [chunk(b"tEXt", b"a\0b", 1)]),
        "late_chunk_checksum": png(head, data, after=[chunk(b"tEXt", b"a\0b", 1)]), "late_chunk_misnamed": png(head, data, after=[chunk(b"a C1", b"x")]),
        "late_chunk_cut": whole[:-12] + struct.pack(">I", 500) + b"tEXtabc", "end_first": png(head + chunk(b"IEND", b""), data),
        "data_length_past_end": whole[:33] + b"\xff\xff\xff\xff" + whole[37:], "data_length_longer": whole[:33] + b"\0\0\1\0" + whole[37:],
        "zero_width": png(header(0, 4, 8, 2), data), "zero_height": png(header(5, 0, 8, 2), data), "signature_only": SIGNATURE,
        "half_signature": SIGNATURE[:4], "header_only": SIGNATURE + head,
    }
    files |= {f"unknown_{color}_{depth}": png(header(5, 4, depth, color), data) for color, depth in ((0, 3), (1, 8), (2, 4), (3, 16), (4, 4), (5, 8), (6, 2), (7, 8))}
    write("damaged_png", files)


def prefixes():
    """Of every prefix of a small file, whether Pillow takes it: 0, or 1 where the picture is the whole one's."""
    im = picture(9, 7)
    files = {
        "jpeg": jpeg(im, optimize=True, quality=30), "progressive": jpeg(im, progressive=True, quality=30), "restart": jpeg(im, restart_marker_blocks=1, quality=30, optimize=True),
        "png": png(header(3, 4, 8, 2), zlib.compress(rows(np.random.default_rng(SEED), 3, 4, 24)), split=20),
    }
    cases, tensors = [], dict(files)
    for name, data in files.items():
        whole, taken = pillow(data), []
        for n in range(len(data) + 1):
            rgb = pillow(data[:n])
            assert rgb is None or np.array_equal(rgb, whole)
            taken.append(0 if rgb is None else 1)
        cases.append(verdict(name, data))
        tensors[name + ".taken"] = bytes(taken)
    write("prefixes", tensors, cases)


def encoded():
    """Pillow's own JPEG files, which ours must equal byte for byte: their length and CRC-32 by settings."""
    cases = []
    for size in ((37, 21), (16, 16), (1, 1)):
        for mode in ("RGB", "L"):
            im = picture(*size).convert(mode)
            for quality in (1, 30, 75, 90, 100):
                for sampling in ("4:4:4", "4:2:2", "4:2:0"):
                    # Grey has no colour to subsample; Pillow, told to, would write factors that mean nothing.
                    data = jpeg(im, quality=quality, **({"subsampling": sampling} if mode == "RGB" else {}))
                    name = f"{mode}_{size[0]}x{size[1]}"
                    cases.append({"name": name, "width": size[0], "height": size[1], "mode": mode, "quality": quality, "sampling": sampling, "bytes": len(data), "crc": zlib.crc32(data)})
    pictures = {f"{mode}_{w}x{h}": picture(w, h).convert(mode).tobytes() for w, h in ((37, 21), (16, 16), (1, 1)) for mode in ("RGB", "L")}
    write("encoded_jpeg", pictures, cases)


def real(folder):
    cases = []
    for part in ("images", "photos", "styles"):
        for root, _, names in sorted(os.walk(os.path.join(folder, part))):
            for name in sorted(names):
                path = os.path.join(root, name)
                data = open(path, "rb").read()
                if data[:2] == b"\xff\xd8" or data[:8] == SIGNATURE:
                    cases.append(verdict(os.path.relpath(path, folder), data))
    write("real", {}, cases)


if __name__ == "__main__":
    jpeg_kinds()
    orientations()
    damaged_jpegs()
    png_kinds()
    png_metadata()
    damaged_pngs()
    prefixes()
    encoded()
    if len(sys.argv) > 1:
        real(sys.argv[1])
