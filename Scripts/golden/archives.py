"""Tests/DatasetsTests/Files/Goldens: archives by Python's zipfile and tarfile: zip with 64-bit sizes, deflated zip, tars of three formats, tar.gz.

Each holds the same three files, which ArchiveTests knows: digits, a long name beyond ASCII, and 4,000 bytes by a formula.
"""
import gzip
import io
import tarfile
import zipfile
from pathlib import Path

FILES = {
    "d/digits.txt": b"123456789", "ü" * 60 + "/" + "a" * 90 + ".txt": b"long", "bytes.bin": bytes((i * i // 7 + i) % 251 for i in range(4000))}
OUT = Path(__file__).parents[2] / "Tests/DatasetsTests/Files/Goldens"


def make_zip(name, method, limit):
    # Beyond this many bytes zipfile writes 64-bit fields: with -1 it does so for all, and for the directory.
    zipfile.ZIP64_LIMIT = limit
    with zipfile.ZipFile(OUT / name, "w", method) as archive:
        for path, data in FILES.items():
            info = zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0))
            info.compress_type = method
            archive.writestr(info, data)


def make_tar(kind):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=kind) as archive:
        for path, data in FILES.items():
            info = tarfile.TarInfo(path)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    limit = zipfile.ZIP64_LIMIT
    make_zip("wide.zip", zipfile.ZIP_DEFLATED, -1)
    make_zip("deflated.zip", zipfile.ZIP_DEFLATED, limit)
    for name, kind in [("pax.tar.gz", tarfile.PAX_FORMAT), ("gnu.tgz", tarfile.GNU_FORMAT)]:
        # Two gzip members, one after the other, are one file.
        data = make_tar(kind)
        (OUT / name).write_bytes(gzip.compress(data[:1000], mtime=0) + gzip.compress(data[1000:], mtime=0))
    for path in sorted(OUT.iterdir()):
        print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
