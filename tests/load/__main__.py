"""`python -m tests.load [--users 100] [--seconds 300]`: one user, then many, on a service.

Loopback only, and bounded by time. Prints what one user and what many met: requests, failures (all
but 429), refusals, and percentiles in milliseconds. The service has the limits that the template
sets, but for the address's: all users share one here.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

from shared.limits import CALLERS_PER_ADDRESS
from tests.service import Service, data_folder

HERE = Path(__file__).parent
_WARM_UP_S, _ONE_USER_S = 30, 20


def run(address: str, users: int, seconds: int, folder: Path) -> dict[str, str]:
    """Locust's own summary of all requests, by its column's name."""
    results = folder / f"users-{users}"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "locust", "--headless", "--only-summary"),
            *("--locustfile", str(HERE / "locustfile.py"), "--host", address),
            *("--users", str(users), "--spawn-rate", "5", "--run-time", f"{seconds}s"),
            *("--csv", str(results), "--exit-code-on-error", "0"),
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stderr)
    with Path(f"{results}_stats.csv").open() as file:
        total = next(row for row in csv.DictReader(file) if row["Name"] == "Aggregated")
    with Path(f"{results}_failures.csv").open() as file:
        failures = "; ".join(
            f"{row['Occurrences']} x {row['Name']} {row['Error']}" for row in csv.DictReader(file)
        )
    return {**total, "failures": failures or "none"}


def main() -> None:
    """Run, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--users", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=300)
    wanted = parser.parse_args()
    # An address does what so many callers may; here it stands for all of them.
    share = -(-wanted.users // CALLERS_PER_ADDRESS)
    limits = {
        "RATE_LIMIT_PER_MINUTE": str(60 * share),
        "RATE_LIMIT_PER_HOUR": str(600 * share),
        "BURST_SIZE": str(10 * share),
    }
    with data_folder() as data, tempfile.TemporaryDirectory() as results:
        service = Service(data, limits)
        try:
            # Workers start at their first requests, which is not what is measured here.
            run(service.address, wanted.users, _WARM_UP_S, Path(results))
            for users, seconds in ((1, _ONE_USER_S), (wanted.users, wanted.seconds)):
                found = run(service.address, users, seconds, Path(results))
                print(  # noqa: T201  it is what this program is for
                    f"{users:>4} users, {seconds} s: {found['Request Count']} requests, "
                    f"{float(found['Requests/s']):.0f}/s, failures: {found['failures']}; "
                    f"p50 {found['50%']} ms, p95 {found['95%']} ms, p99 {found['99%']} ms",
                    flush=True,
                )
            ready = httpx.get(f"{service.address}/health/ready", timeout=60.0)
            print(f"afterwards: {ready.status_code} {ready.text}")  # noqa: T201
        finally:
            service.stop()


if __name__ == "__main__":
    main()
