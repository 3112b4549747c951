"""What every label reader keeps to, whichever stands behind the port.

Textract is not called: its client is boto3's own, which checks request and answer against the
service's model, with an answer of the documented shape put in (tests/data/textract).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import cv2
import numpy as np
import pytest
from botocore.config import Config
from botocore.stub import ANY, Stubber

from vision.labels.rapidocr_reader import RapidOcrReader
from vision.labels.reader import LabelReader, ReaderUnavailable
from vision.labels.textract_reader import TextractReader
from vision.page import Pixels

ANSWER = Path(__file__).parents[1] / "data" / "textract" / "three_labels.json"
TEXTS = ("m = 3 kg", "k = 120 N/m")


def crop_of(text: str) -> Pixels:
    """A label, (54, w) uint8, dark on white."""
    crop = np.full((54, 24 + 19 * len(text)), 255, np.uint8)
    cv2.putText(crop, text, (10, 38), cv2.FONT_HERSHEY_DUPLEX, 1.0, 0, 2, cv2.LINE_AA)
    return crop


CROPS = [crop_of(TEXTS[0]), crop_of(TEXTS[1]), np.full((54, 90), 255, np.uint8)]
"""Two labels and a blank."""


def textract_client(answer: dict[str, Any] | None) -> tuple[Any, Stubber]:
    client = boto3.client(
        "textract",
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(connect_timeout=1, read_timeout=1, retries={"max_attempts": 0}),
    )
    stubber = Stubber(client)
    if answer is not None:
        stubber.add_response("detect_document_text", answer, {"Document": {"Bytes": ANY}})
    stubber.activate()
    return client, stubber


def textract() -> LabelReader:
    return TextractReader(textract_client(json.loads(ANSWER.read_text()))[0])


READERS: list[Callable[[], LabelReader]] = [RapidOcrReader, textract]


@pytest.fixture(params=READERS, ids=["rapidocr", "textract"])
def reader(request: pytest.FixtureRequest) -> LabelReader:
    made: LabelReader = request.param()
    return made


def test_each_crop_has_its_reading_in_order(reader: LabelReader) -> None:
    readings = reader.read(CROPS)
    read = ["".join(reading.text.split()) for reading in readings]  # spaces do not matter
    assert read == ["m=3kg", "k=120N/m", ""]


def test_confidence_is_a_share_and_nothing_is_read_with_none(reader: LabelReader) -> None:
    *read, blank = reader.read(CROPS)
    assert all(0.5 < reading.confidence <= 1 for reading in read)
    assert blank.confidence == 0


def test_alternatives_are_less_likely_than_the_text_and_differ_from_it(reader: LabelReader) -> None:
    for reading in reader.read(CROPS):
        shares = [other.share for other in reading.alternatives]
        assert all(0 < share <= 1 for share in shares)
        assert shares == sorted(shares, reverse=True)
        assert reading.text not in [other.text for other in reading.alternatives]


def test_no_crops_are_no_readings_and_no_work(reader: LabelReader) -> None:
    assert reader.read([]) == []


@pytest.mark.parametrize("shape", [(1, 1), (3, 400), (400, 3), (700, 2000)])
def test_crops_of_any_shape_are_answered(shape: tuple[int, int]) -> None:
    assert len(RapidOcrReader().read([np.full(shape, 255, np.uint8)])) == 1


def test_nothing_is_loaded_before_the_first_crop() -> None:
    reader = RapidOcrReader()
    reader.read([])
    assert reader._model is None


def test_all_crops_go_to_textract_in_one_call_as_one_picture() -> None:
    seen: list[Pixels] = []

    class Client:
        def detect_document_text(self, *, Document: dict[str, bytes]) -> dict[str, Any]:
            data = np.frombuffer(Document["Bytes"], np.uint8)
            seen.append(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))
            return {"Blocks": []}

    readings = TextractReader(Client()).read([crop_of(f"L = {n} m") for n in range(95)])
    assert [reading.text for reading in readings] == [""] * 95
    (sheet,) = seen
    assert max(sheet.shape) < 10_000  # Textract's limit
    assert (sheet < 128).any(axis=1).sum() > 40 * 15  # forty rows with ink of letters in each


def test_an_answer_of_textract_is_as_its_model_says() -> None:
    client, stubber = textract_client(json.loads(ANSWER.read_text()))
    TextractReader(client).read(CROPS)
    stubber.assert_no_pending_responses()


def test_a_textract_that_throttles_is_unavailable() -> None:
    client, stubber = textract_client(None)
    stubber.add_client_error("detect_document_text", "ThrottlingException")
    with pytest.raises(ReaderUnavailable, match="ThrottlingException"):
        TextractReader(client).read(CROPS)


def test_a_textract_that_does_not_answer_is_unavailable() -> None:
    client = boto3.client(
        "textract",
        region_name="eu-west-1",
        endpoint_url="http://127.0.0.1:9",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(connect_timeout=0.2, read_timeout=0.2, retries={"total_max_attempts": 1}),
    )
    with pytest.raises(ReaderUnavailable):
        TextractReader(client).read(CROPS)
