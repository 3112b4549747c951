"""From socket to screen: many viewers of one recording, through the whole service on this machine.

A viewer's clock starts when its first chunk is there. A chunk is late by as much as its first frame
is due before it has come. The viewers, in this process, acknowledge a chunk when its turn comes, so
that the credit they gave is what they have ahead.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psutil
from websockets.asyncio.client import ClientConnection, connect

from tests.service import Client, Service, data_folder

from .harness import Ratio, table

VIEWERS = int(os.environ.get("VIEWERS") or 100)
BODIES = 100
DURATION_S = 20.0
AHEAD = 8
"""Chunks: four seconds, of which a viewer acknowledges every fourth with credit for four."""
EVERY = 4


@dataclass
class Viewer:
    """What one viewer saw."""

    lateness_s: list[float] = field(default_factory=list)
    first_s: float = 0.0


def main() -> str:
    """Lateness and processor time, for all viewers at once."""
    with data_folder() as data:
        service = Service(data)
        try:
            client = Client(service.address)
            simulation_id = _recorded(client)
            asyncio.run(_watch_all(service.address, client.token, simulation_id, 10))  # warm
            before, started = _processor_s(service.processes), time.monotonic()
            viewers = asyncio.run(_watch_all(service.address, client.token, simulation_id, VIEWERS))
            lasted_s = time.monotonic() - started
            spent_s = _processor_s(service.processes) - before
        finally:
            service.stop()
    late = sorted(one for viewer in viewers for one in viewer.lateness_s)
    p99_ms = statistics.quantiles(late, n=100)[98] * 1000
    chunk_ms = 32 / 60 * 1000
    cost_ms = spent_s / (VIEWERS * DURATION_S) * 1000
    rows = [
        Ratio(
            "Lateness of a chunk, p99, of a chunk",
            p99_ms,
            chunk_ms,
            "ms",
            p99_ms / chunk_ms,
            "<= 0",
        ),
        Ratio(
            "Latest chunk of all",
            late[-1] * 1000,
            chunk_ms,
            "ms",
            late[-1] * 1000 / chunk_ms,
            "<= 1",
        ),
        Ratio(
            "Processor time a viewer-second, of the machine's share of one",
            cost_ms,
            1000 * (os.cpu_count() or 1) / VIEWERS,
            "ms",
            cost_ms / (1000 * (os.cpu_count() or 1) / VIEWERS),
            "<= 1",
        ),
    ]
    first_ms = statistics.median(viewer.first_s for viewer in viewers) * 1000
    return "\n".join(
        [
            table(f"{VIEWERS} viewers of {BODIES} bodies, {DURATION_S:g} s each", rows),
            f"  {len(late)} chunks in {lasted_s:.1f} s; the first after {first_ms:.0f} ms (median)",
        ]
    )


def _recorded(client: Client) -> str:
    """A recording of many bodies that never rest, without contacts: what is measured is sending."""
    bodies = "".join(
        f'<body name="b{n}" pos="{n % 10} 0 {2 + n // 10}"><joint type="hinge" axis="0 1 0"/>'
        f'<geom type="sphere" size=".05" pos="{0.3 + n / 500} 0 0" contype="0" conaffinity="0"/>'
        "</body>"
        for n in range(BODIES)
    )
    model = f"<mujoco><worldbody>{bodies}</worldbody></mujoco>"
    posted = client.post("/v1/simulations", json={"mjcf": model, "duration": DURATION_S}).json()
    while (job := client.job(posted["job_id"], wait=2))["status"] in ("queued", "running"):
        pass
    if job["status"] != "succeeded":
        raise RuntimeError(json.dumps(job["error"]))
    return str(posted["simulation_id"])


async def _watch_all(address: str, token: str, simulation_id: str, count: int) -> list[Viewer]:
    """All of them, their starts spread over a second, as people are."""

    async def one(number: int) -> Viewer:
        await asyncio.sleep(number / count)
        url = f"{address.replace('http', 'ws', 1)}/live?token={token}"
        async with connect(url, compression=None, max_size=None) as socket:
            return await _watch(socket, simulation_id)

    return await asyncio.gather(*(one(number) for number in range(count)))


async def _watch(socket: ClientConnection, simulation_id: str) -> Viewer:
    viewer = Viewer()
    asked = time.monotonic()

    async def send(action: str, **fields: Any) -> None:
        await socket.send(json.dumps({"action": action, "simulation_id": simulation_id, **fields}))

    async def acknowledge(index: int, due: float) -> None:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await send("ack", index=index, credit=EVERY)

    await send("play", credit=AHEAD)
    began, acknowledging = 0.0, []
    while True:
        message = json.loads(await socket.recv())
        now = time.monotonic()
        if message["type"] == "end":
            break
        if message["type"] == "error":
            raise RuntimeError(json.dumps(message))
        if message["type"] != "chunk":
            continue
        if not began:
            began, viewer.first_s = now, now - asked
        viewer.lateness_s.append(max(0.0, now - (began + message["t0"])))
        if message["index"] % EVERY == EVERY - 1:
            due = began + message["t0"]
            acknowledging.append(asyncio.create_task(acknowledge(message["index"], due)))
    for task in acknowledging:
        task.cancel()
    return viewer


def _processor_s(processes: list[psutil.Process]) -> float:
    spent = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            spent += times.user + times.system
    return spent
