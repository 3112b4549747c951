"""Reading a drawing against doing it plainly, on the same 1280x960 image and one core.

Marks against the plain OpenCV pipeline that finds no more than outlines; the whole analysis against
one pass of RapidOCR over the page; relations of many marks against those of few; memory at the
largest image that is taken, against what is allowed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from PIL import Image
from rapidocr import RapidOCR

from vision.decode import decode
from vision.header import MAX_PIXELS, check_header
from vision.labels.rapidocr_reader import RapidOcrReader
from vision.labels.reading import read_labels
from vision.look import look
from vision.mark import Mark, Marks, circle_outline
from vision.marks import find_marks
from vision.page import Pixels
from vision.prepare import prepare
from vision.relate import relate

from .harness import Ratio, fastest, table

EXAMPLES = Path(__file__).parents[1] / "data/examples"
SIZE = (1280, 960)
FORMATS = {"PNG": ".png", "JPEG": ".jpg"}
LARGE = {
    **dict.fromkeys(("PNG", "PNG alpha", "PNG colour 16-bit", "PNG alpha 16-bit"), "png"),
    **dict.fromkeys(("PNG grey+alpha", "PNG palette+alpha"), "png"),
    **dict.fromkeys(("JPEG", "JPEG progressive", "JPEG CMYK"), "jpg"),
    **dict.fromkeys(("WebP", "WebP alpha", "WebP lossless"), "webp"),
}
"""The kinds of files whose memory is measured, and how their names end."""
LOOK_MS = 100.0
MEMORY_MB = 300.0
ROUNDS = 9


def main() -> str:
    """Rows for each example drawing, then those for relations and for memory."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        rows = [*_marks(), *_analysis(), _relations()]
    finally:
        cv2.setNumThreads(threads)
    rows += [_memory(kind) for kind in LARGE]
    return table("Reading a drawing, 1280x960, one core", rows)


def _images() -> dict[str, Pixels]:
    """The example drawings on pages of one size, by name."""
    pages = {}
    for path in sorted(EXAMPLES.glob("*.png")):
        drawn = cv2.imread(str(path))
        factor = min(SIZE[0] / drawn.shape[1], SIZE[1] / drawn.shape[0])
        drawn = cv2.resize(drawn, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        corner = np.median(drawn, axis=(0, 1)).astype(np.uint8)
        page = np.full((SIZE[1], SIZE[0], 3), corner, np.uint8)
        page[: drawn.shape[0], : drawn.shape[1]] = drawn[: SIZE[1], : SIZE[0]]
        pages[path.stem] = page
    return pages


def _encoded(image: Pixels, extension: str) -> bytes:
    return bytes(cv2.imencode(extension, image)[1])


def plain(data: bytes) -> int:
    """Decode, threshold, components, contours, polygon and ellipse fits; how many contours."""
    grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    ink = cv2.adaptiveThreshold(
        grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12
    )
    cv2.connectedComponentsWithStats(ink, connectivity=8)
    contours, _ = cv2.findContours(ink, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        cv2.approxPolyDP(contour, 0.02 * cv2.arcLength(contour, True), True)
        if len(contour) >= 5:
            cv2.fitEllipse(contour)
    return len(contours)


def _marks() -> list[Ratio]:
    rows = []
    for name, image in _images().items():
        for form, extension in FORMATS.items():
            data = _encoded(image, extension)
            ours, theirs = fastest(lambda d=data: look(d), lambda d=data: plain(d), rounds=ROUNDS)
            title = f"{name}, {form}: marks without OCR, to the plain pipeline"
            rows.append(Ratio(title, 1e3 * ours, 1e3 * theirs, "ms", ours / theirs, "<= 2"))
            if form == "PNG":
                title = f"{name}, {form}: look, to {LOOK_MS:g} ms"
                share = 1e3 * ours / LOOK_MS
                rows.append(Ratio(title, 1e3 * ours, LOOK_MS, "ms", share, "<= 1"))
    return rows


def _analysis() -> list[Ratio]:
    reader = RapidOcrReader(threads=1)
    engine = "EngineConfig.onnxruntime"
    whole_page = RapidOCR(
        params={
            f"{engine}.intra_op_num_threads": 1,
            f"{engine}.inter_op_num_threads": 1,
            "Global.log_level": "error",
        }
    )

    def analyse(data: bytes) -> None:
        page = prepare(data)
        relate(find_marks(page), read_labels(page, reader))

    rows = []
    for name, image in list(_images().items())[:2]:
        data = _encoded(image, ".png")
        analyse(data)  # the models are loaded
        ours, theirs = fastest(
            lambda d=data: analyse(d),
            lambda d=data: whole_page(decode(d, check_header(d))),
            rounds=1,
        )
        title = f"{name}: whole analysis, to RapidOCR on the page"
        rows.append(Ratio(title, 1e3 * ours, 1e3 * theirs, "ms", ours / theirs, "<= 0.4"))
    return rows


def many_marks(count: int) -> Marks:
    """So many balls and boxes in rows that touch, on a page that grows with them."""
    columns = round(count**0.5)
    pitch = 40.0
    corners = np.array([[-1.0, -1.0], [1, -1], [1, 1], [-1, 1]]) * pitch / 2
    marks = []
    for number in range(count):
        center = pitch * np.array([number % columns + 1.0, number // columns + 1.0])
        if number % 2:
            marks.append(Mark("box", 0.9, center + corners))
        else:
            outline = circle_outline(center, pitch / 2)
            marks.append(Mark("ball", 0.9, outline, radius=pitch / 2))
    side = round(pitch * (columns + 2))
    return Marks(width=side, height=side, stroke_width=3.0, marks=tuple(marks))


def _relations() -> Ratio:
    few, many = many_marks(500), many_marks(5000)
    ours, theirs = fastest(lambda: relate(many, ()), lambda: relate(few, ()), rounds=3)
    title = "relations of 5000 marks, to those of 500"
    return Ratio(title, 1e3 * ours, 1e3 * theirs, "ms", ours / theirs, "<= 15")


_PEAK = """
import sys
from pathlib import Path
from vision.marks import find_marks
from vision.prepare import prepare
find_marks(prepare(Path(sys.argv[1]).read_bytes()))
# Not getrusage: its peak is carried over from the process that started this one.
(peak,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(int(peak.split()[1]) / 1024)
"""


def _large(kind: str, folder: Path) -> Path:
    """A file of 50 megapixels of a kind."""
    width = 8160
    size = (width, MAX_PIXELS // width)
    # Few shades, so that no kind is over the 10 MB that are taken.
    image = cv2.resize(next(iter(_images().values())), size, interpolation=cv2.INTER_LINEAR) & 0xF0
    path = folder / f"large.{LARGE[kind]}"
    mode, *more = kind.split(" ")[1:] or ["colour"]
    if mode in {"grey+alpha", "palette+alpha", "CMYK"}:
        drawn = Image.fromarray(np.ascontiguousarray(image[:, :, ::-1]))
        if mode == "grey+alpha":
            drawn.convert("LA").save(path)
        elif mode == "CMYK":
            drawn.convert("CMYK").save(path)
        else:
            drawn.quantize(32).save(path, transparency=3)
        return path
    if "alpha" in mode:
        # Where all is opaque an encoder leaves alpha out, and nothing is laid over white.
        fading = np.linspace(255, 128, width).astype(np.uint8)
        image = np.dstack([image, np.broadcast_to(fading, image.shape[:2])])
    if "16-bit" in more:
        image = image.astype(np.uint16) * 257
    settings = {
        "progressive": [cv2.IMWRITE_JPEG_PROGRESSIVE, 1],
        "lossless": [cv2.IMWRITE_WEBP_QUALITY, 101],
    }
    lossy = [cv2.IMWRITE_WEBP_QUALITY, 80] if LARGE[kind] == "webp" else []
    cv2.imwrite(str(path), image, settings.get(mode, lossy))
    return path


def _memory(kind: str) -> Ratio:
    """The most memory that a process of its own holds while it reads 50 megapixels."""
    with TemporaryDirectory() as folder:
        run = subprocess.run(
            [sys.executable, "-c", _PEAK, str(_large(kind, Path(folder)))],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONPATH": str(Path(__file__).parents[2] / "functions")},
        )
    peak = float(run.stdout)
    title = f"{kind} of 50 megapixels: memory of the process, to {MEMORY_MB:g} MB"
    return Ratio(title, peak, MEMORY_MB, "MB", peak / MEMORY_MB, "<= 1")
