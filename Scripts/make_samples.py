"""Draws SampleImages/: three small scenes of our own (a JPEG, a PNG, a JPEG that lies on its side and says so in EXIF).

Run from the project's root: python Scripts/make_samples.py (needs Pillow and NumPy). Rendered scenes replace them later."""
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

rng = np.random.default_rng(7)
S = 2  # drawn at twice the size, then halved: smooth edges


def gradient(w, h, top, bottom):
    t = np.linspace(0, 1, h)[:, None, None]
    rows = np.array(top) * (1 - t) + np.array(bottom) * t
    return Image.fromarray(np.broadcast_to(rows, (h, w, 3)).astype(np.uint8))


def ball(im, x, y, r, colour):
    yy, xx = np.mgrid[0:im.height, 0:im.width].astype(np.float32)
    dx, dy = (xx - x) / r, (yy - y) / r
    d2 = dx * dx + dy * dy
    z = np.sqrt(np.clip(1 - d2, 0, 1))
    light = np.clip(-0.5 * dx - 0.6 * dy + 0.62 * z, 0, 1)
    shine = np.clip(-0.35 * dx - 0.45 * dy + 0.82 * z, 0, 1) ** 40
    shadow = np.exp(-(((xx - x - 0.3 * r) / (1.2 * r)) ** 2 + ((yy - y - 0.95 * r) / (0.28 * r)) ** 2))
    a = np.asarray(im).astype(np.float32) * (1 - 0.55 * shadow[..., None])
    c = np.array(colour, np.float32) * (0.25 + 0.85 * light[..., None]) + 200 * shine[..., None]
    m = np.clip((1 - np.sqrt(d2)) * r, 0, 1)[..., None]
    return Image.fromarray(np.clip(a * (1 - m) + c * m, 0, 255).astype(np.uint8))


def finish(im, w, h):
    im = im.resize((w, h), Image.LANCZOS)
    a = np.asarray(im).astype(np.float32) + rng.normal(0, 2.5, (h, w, 1)).astype(np.float32)
    return Image.fromarray(np.clip(a, 0, 255).astype(np.uint8))


def street(w=640, h=426):
    im = gradient(w * S, h * S, (120, 170, 225), (235, 225, 210)); d = ImageDraw.Draw(im)
    W, H = im.size
    for x, t, c in ((0, .25, (178, 120, 92)), (.22, .12, (205, 190, 160)), (.47, .3, (140, 150, 165)), (.7, .18, (190, 140, 110))):
        d.rectangle((x * W, t * H, (x + .26) * W, .72 * H), fill=c)
        for i in range(4):
            for j in range(5):
                x0, y0 = (x + .03 + .055 * i) * W, (t + .05 + .1 * j) * H
                if y0 < .6 * H: d.rectangle((x0, y0, x0 + .035 * W, y0 + .055 * H), fill=(70, 85, 105) if (i * j) % 3 else (240, 220, 150))
    d.rectangle((0, .7 * H, W, H), fill=(92, 92, 96))
    for i in range(6): d.rectangle(((.02 + .18 * i) * W, .86 * H, (.11 + .18 * i) * W, .875 * H), fill=(225, 225, 215))
    for x, y, s, c in ((.15, .8, 1, (190, 40, 45)), (.62, .76, .8, (40, 80, 150))):
        u = .11 * W * s
        X, Y = x * W, y * H
        d.ellipse((X - .1 * u, Y + .42 * u, X + 2.6 * u, Y + .75 * u), fill=(60, 60, 64))
        d.rounded_rectangle((X, Y, X + 2.5 * u, Y + .55 * u), .18 * u, fill=c)
        d.polygon([(X + .4 * u, Y + .05 * u), (X + .75 * u, Y - .42 * u), (X + 1.75 * u, Y - .42 * u), (X + 2.15 * u, Y + .05 * u)], fill=c)
        d.polygon([(X + .58 * u, Y), (X + .82 * u, Y - .33 * u), (X + 1.2 * u, Y - .33 * u), (X + 1.2 * u, Y)], fill=(170, 200, 220))
        d.polygon([(X + 1.28 * u, Y), (X + 1.28 * u, Y - .33 * u), (X + 1.68 * u, Y - .33 * u), (X + 1.95 * u, Y)], fill=(170, 200, 220))
        for k in (.5, 1.95):
            d.ellipse((X + k * u - .26 * u, Y + .3 * u, X + k * u + .26 * u, Y + .82 * u), fill=(25, 25, 28))
            d.ellipse((X + k * u - .12 * u, Y + .44 * u, X + k * u + .12 * u, Y + .68 * u), fill=(170, 170, 175))
    return finish(im.filter(ImageFilter.GaussianBlur(1)), w, h)


def fruit(w=480, h=480):
    im = gradient(w * S, h * S, (70, 60, 70), (150, 135, 125)); d = ImageDraw.Draw(im)
    W, H = im.size
    d.rectangle((0, .55 * H, W, H), fill=(150, 105, 70))
    for i in range(9): d.line((0, (.57 + .05 * i) * H, W, (.575 + .05 * i) * H), fill=(138, 95, 62), width=3)
    for x, y, r, c in ((.3, .55, .15, (235, 135, 30)), (.62, .52, .17, (190, 35, 40)), (.48, .7, .14, (120, 170, 50)), (.76, .72, .11, (240, 205, 60))):
        im = ball(im, x * W, y * H, r * W, c)
    return finish(im, w, h)


def tower(w=360, h=540):
    im = gradient(w * S, h * S, (30, 45, 95), (240, 160, 110))
    W, H = im.size
    im = ball(im, .72 * W, .62 * H, .07 * W, (255, 225, 160)); d = ImageDraw.Draw(im)
    d.polygon([(0, .82 * H), (.3 * W, .7 * H), (.6 * W, .8 * H), (W, .72 * H), (W, H), (0, H)], fill=(40, 50, 60))
    d.polygon([(.33 * W, .9 * H), (.39 * W, .28 * H), (.51 * W, .28 * H), (.57 * W, .9 * H)], fill=(225, 220, 215))
    for i in range(3): d.polygon([((.345 + .018 * i) * W, (.78 - .2 * i) * H), ((.555 - .018 * i) * W, (.78 - .2 * i) * H), ((.548 - .018 * i) * W, (.69 - .2 * i) * H), ((.352 + .018 * i) * W, (.69 - .2 * i) * H)], fill=(190, 50, 50))
    d.rectangle((.4 * W, .22 * H, .5 * W, .28 * H), fill=(255, 235, 160)); d.polygon([(.38 * W, .22 * H), (.45 * W, .15 * H), (.52 * W, .22 * H)], fill=(150, 40, 40))
    return finish(im.filter(ImageFilter.GaussianBlur(1)), w, h)


street().save("SampleImages/street.jpg", quality=88)
fruit(400, 400).save("SampleImages/fruit.png", optimize=True)
exif = Image.Exif(); exif[0x0112] = 6
tower().rotate(90, expand=True).save("SampleImages/lighthouse.jpg", quality=88, exif=exif)
