"""Draws the style pictures that come with the toolkit: SampleImages/styles/{waves,mosaic,ink}.jpg. NumPy and Pillow; the same bytes each time.

Run from the project's root: python Scripts/draw_styles.py"""
import numpy as np
from PIL import Image

SIDE = 512
Y, X = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64) / SIDE


def noise(rng, cells, octaves=4):
    """Smooth noise of about -1 to 1: grids of random values, finer and weaker, between them cubic."""
    total, weight = np.zeros((SIDE, SIDE)), 1.0
    for octave in range(octaves):
        grid = Image.fromarray(rng.uniform(-1, 1, (cells + 1, cells + 1)).astype(np.float32))
        total += weight * np.asarray(grid.resize((SIDE, SIDE), Image.BICUBIC), np.float64)
        cells, weight = cells * 2, weight / 2
    return total / 1.6


def palette(values, colours):
    """Colours between those of a list, by values 0 to 1."""
    colours = np.array(colours, np.float64)
    place = np.clip(values, 0, 1) * (len(colours) - 1)
    low = np.minimum(place.astype(int), len(colours) - 2)
    return colours[low] + (place - low)[..., None] * (colours[low + 1] - colours[low])


def save(name, picture):
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(f"SampleImages/styles/{name}.jpg", quality=90)


def waves():
    rng = np.random.default_rng(1)
    a, b = noise(rng, 3), noise(rng, 3)
    phase = 9 * (Y + 0.10 * a) + 1.6 * np.sin(2 * np.pi * (1.3 * X + 0.35 * b))
    band = phase - np.floor(phase)
    colour = palette(band, [(13, 35, 80), (24, 70, 130), (54, 122, 170), (130, 185, 200), (236, 232, 205), (249, 244, 226)])
    # Strokes run along the bands.
    strokes = np.sin(2 * np.pi * (5 * phase + 0.6 * noise(rng, 24, 2)))
    colour += 16 * strokes[..., None]
    crest = np.exp(-((band - 0.93) / 0.035) ** 2)[..., None]
    return colour * (1 - crest) + np.array([252, 250, 240]) * crest - 70 * np.exp(-(band / 0.03) ** 2)[..., None]


def mosaic():
    rng = np.random.default_rng(2)
    count = 420
    points = rng.uniform(0, 1, (count, 2))
    for _ in range(4):  # Lloyd's steps make the tiles alike.
        distance = (X[::4, ::4, None] - points[:, 0]) ** 2 + (Y[::4, ::4, None] - points[:, 1]) ** 2
        owner = distance.argmin(2)
        for i in range(count):
            mine = owner == i
            if mine.any():
                points[i] = X[::4, ::4][mine].mean(), Y[::4, ::4][mine].mean()
    first, second = np.full((SIDE, SIDE), 9.0), np.full((SIDE, SIDE), 9.0)
    owner = np.zeros((SIDE, SIDE), int)
    for i, (px, py) in enumerate(points):
        d = np.hypot(X - px, Y - py)
        nearer = d < first
        second = np.where(nearer, first, np.minimum(second, d))
        owner = np.where(nearer, i, owner)
        first = np.where(nearer, d, first)
    colours = np.array([(196, 58, 40), (228, 148, 44), (243, 205, 92), (32, 94, 128), (28, 140, 134), (126, 44, 92), (236, 226, 196)])
    base = noise(rng, 2, 2)
    hue = np.array([int(np.clip((base[int(y * 511), int(x * 511)] + 1) / 2, 0, 0.999) * 7) for x, y in points])
    hue = np.where(rng.uniform(size=count) < 0.3, rng.integers(0, 7, count), hue)
    tile = colours[hue] * rng.uniform(0.8, 1.1, (count, 1))
    grout = np.clip((second - first) / 0.009 - 0.35, 0, 1)[..., None]
    shine = 1 + 0.10 * np.clip(1 - first / 0.03, 0, 1)[..., None]
    return tile[owner] * shine * grout + np.array([40, 32, 30]) * (1 - grout) + 5 * noise(rng, 128, 1)[..., None]


def ink():
    rng = np.random.default_rng(3)
    wash, turn = noise(rng, 3), noise(rng, 2, 3)
    paper = np.array([244, 238, 224]) + 4 * noise(rng, 128, 2)[..., None]
    angle = np.pi * turn
    # Lines along a turning direction: white noise, smeared along it.
    white = rng.uniform(0, 1, (SIDE, SIDE))
    smeared, dx, dy = np.zeros_like(white), np.cos(angle), np.sin(angle)
    for sign in (-1, 1):
        px, py = X * SIDE, Y * SIDE
        for _ in range(14):
            ix, iy = px.astype(int) % SIDE, py.astype(int) % SIDE
            smeared += white[iy, ix]
            px, py = px + sign * dx[iy, ix], py + sign * dy[iy, ix]
    smeared = (smeared - smeared.mean()) / smeared.std()
    dark = np.clip(0.9 * wash + 0.55 * smeared - 0.15, 0, 1) ** 0.8
    edge = np.exp(-((wash - 0.05) / 0.025) ** 2)
    dark = np.clip(np.maximum(dark, 0.9 * edge), 0, 1)[..., None]
    return paper * (1 - dark) + np.array([26, 28, 40]) * dark


for draw in (waves, mosaic, ink):
    save(draw.__name__, draw())
