"""What SimGen costs in AWS, and what it meets first as it grows: `make cost` writes docs/COST.md.

Sizes (memory, endpoints, alarms, states on the way of a drawing) are read from the templates;
prices and quotas are AWS's; what was measured and what is assumed stand below by name. Change a
figure, run it again, and the page follows; a test holds the page to this file.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/COST.md"

HOURS = 730.0
"""Of a month."""
GIB = 2**30

# ------------------------------------------------------------------------------------------ prices
# us-east-1, USD, before free tiers and discounts, entered in November 2026 by hand. AWS's pages are
# the truth: look there before relying on a figure.
_AWS = "https://aws.amazon.com"


@dataclass(frozen=True)
class Price:
    """What one unit costs."""

    usd: float
    unit: str
    source: str


PRICES: dict[str, Price] = {
    "lambda_gb_s": Price(0.0000166667, "GB-second, x86", f"{_AWS}/lambda/pricing/"),
    "lambda_call": Price(0.20e-6, "call", f"{_AWS}/lambda/pricing/"),
    "rest_call": Price(3.50e-6, "REST call", f"{_AWS}/api-gateway/pricing/"),
    "socket_message": Price(1.00e-6, "32 KB of a message", f"{_AWS}/api-gateway/pricing/"),
    "socket_minute": Price(0.25e-6, "minute of a socket", f"{_AWS}/api-gateway/pricing/"),
    "state": Price(25e-6, "state entered", f"{_AWS}/step-functions/pricing/"),
    "s3_put": Price(5e-6, "PUT or LIST", f"{_AWS}/s3/pricing/"),
    "s3_get": Price(0.4e-6, "GET or HEAD", f"{_AWS}/s3/pricing/"),
    "s3_gb_month": Price(0.023, "GB-month of objects", f"{_AWS}/s3/pricing/"),
    "textract_page": Price(1.50e-3, "page", f"{_AWS}/textract/pricing/"),
    "bedrock_in": Price(0.25e-6, "token read, Claude 3 Haiku", f"{_AWS}/bedrock/pricing/"),
    "bedrock_out": Price(1.25e-6, "token written, Claude 3 Haiku", f"{_AWS}/bedrock/pricing/"),
    "cdn_request": Price(1.00e-6, "HTTPS request", f"{_AWS}/cloudfront/pricing/"),
    "cdn_gb": Price(0.085, "GB out", f"{_AWS}/cloudfront/pricing/"),
    "waf_acl": Price(5.00, "web ACL and month", f"{_AWS}/waf/pricing/"),
    "waf_rule": Price(1.00, "rule and month", f"{_AWS}/waf/pricing/"),
    "waf_request": Price(0.60e-6, "request", f"{_AWS}/waf/pricing/"),
    "aurora_acu_hour": Price(0.12, "ACU-hour", f"{_AWS}/rds/aurora/pricing/"),
    "aurora_gb_month": Price(0.10, "GB-month of the database", f"{_AWS}/rds/aurora/pricing/"),
    "aurora_io": Price(0.20e-6, "I/O", f"{_AWS}/rds/aurora/pricing/"),
    "proxy_acu_hour": Price(0.015, "ACU-hour, 8 at least", f"{_AWS}/rds/proxy/pricing/"),
    "cache_gb_hour": Price(0.084, "GB-hour, 0.1 at least (Valkey)", f"{_AWS}/elasticache/pricing/"),
    "cache_unit": Price(0.0023e-6, "ECPU (Valkey)", f"{_AWS}/elasticache/pricing/"),
    "endpoint_hour": Price(0.01, "endpoint, zone and hour", f"{_AWS}/privatelink/pricing/"),
    "nat_hour": Price(
        0.045 + 0.005, "NAT gateway with its address, and hour", f"{_AWS}/vpc/pricing/"
    ),
    "nat_gb": Price(0.045, "GB through NAT", f"{_AWS}/vpc/pricing/"),
    "secret_month": Price(0.40, "secret and month", f"{_AWS}/secrets-manager/pricing/"),
    "alarm_month": Price(0.10, "alarm and month", f"{_AWS}/cloudwatch/pricing/"),
    "metric_month": Price(0.30, "metric and month", f"{_AWS}/cloudwatch/pricing/"),
    "dashboard_month": Price(3.00, "dashboard and month", f"{_AWS}/cloudwatch/pricing/"),
    "log_gb": Price(0.50, "GB written to a log", f"{_AWS}/cloudwatch/pricing/"),
    "trace": Price(5e-6, "trace recorded", f"{_AWS}/xray/pricing/"),
}

# ---------------------------------------------------------------- measured (tests/bench/READING.md)

TASK_MS = {
    "PrepareFunction": 41.0,
    "FindMarksFunction": 40.0,
    "RelateFunction": 2.0,
    "CompileFunction": 1.0,
    "SimulateFunction": 43.0,
}
"""Median of each stage on one of two cores, which is what Lambda gives at 1,769 MB."""
CHUNK_FRAMES = 32
FPS = 60
RECORDING_BYTES = 5_600
"""Mean of the recordings in tests/data/motion/runs: 10 s of one to three bodies."""

# --------------------------------------------------------------------------------------- assumed

ASSUMED: dict[str, tuple[float, str]] = {
    "textract_ms": (
        1_500.0,
        "ms that ReadLabels waits for Textract, one page a drawing with labels",
    ),
    "publish_ms": (1_000.0, "ms of drawing the two pictures"),
    "row_ms": (40.0, "ms of a task that writes a row and tells sockets"),
    "rest_ms": (60.0, "ms of a REST call"),
    "ack_ms": (25.0, "ms of sending one chunk"),
    "start_ms": (1_500.0, "ms of a cold start, which is paid for"),
    "cold": (0.03, "of calls start cold"),
    "rest_calls": (
        10.0,
        "REST calls a drawing: send, wait, read it, its overlay, model and pictures",
    ),
    "messages": (14.0, "socket messages a drawing: subscribe, and one a change of stage"),
    "post_bytes": (2_000.0, "bytes of a message to a socket beside what it says"),
    "image_bytes": (1.5e6, "bytes of a photo"),
    "kept_bytes": (2.5e6, "bytes kept of a drawing: photo, page, marks, pictures, motion"),
    "puts": (32.0, "objects written for a drawing: 19 chunks of 10 s, and what lies beside"),
    "gets": (24.0, "objects read for a drawing"),
    "out_bytes": (0.6e6, "bytes out for a drawing: overlay, pictures, the page now and then"),
    "log_bytes": (900.0, "bytes logged a call, with its metrics"),
    "ios": (120.0, "I/Os of the database a drawing"),
    "cache_units": (60.0, "ECPU a drawing"),
    "traced": (0.05, "of calls are traced (X-Ray's default)"),
    "sentence_tokens_in": (2_200.0, "tokens of the form and a sentence"),
    "sentence_tokens_out": (350.0, "tokens of an answer"),
    "user_drawings": (20.0, "drawings a user and month"),
    "user_sentences": (5.0, "sentences a user and month"),
    "user_viewer_hours": (1.0, "hours of playing new motion a user and month"),
    "peak": (20.0, "times the mean: the busiest minute of a month"),
}


def assumed(name: str) -> float:
    """An assumption's value."""
    return ASSUMED[name][0]


# ------------------------------------------------------------------------ read from the templates


@cache
def _template(path: str) -> dict[str, Any]:
    from samtranslator.yaml_helper import yaml_parse

    parsed: dict[str, Any] = yaml_parse((ROOT / path).read_text())
    return parsed


def memory_gb(function: str) -> float:
    """The memory of a function in GB, as Lambda bills it."""
    shared = _template("template.yaml")["Globals"]["Function"]["MemorySize"]
    properties = _template("template.yaml")["Resources"][function]["Properties"]
    return float(properties.get("MemorySize", shared)) / 1024


def count(path: str, kind: str) -> int:
    """How many resources of a kind a template has."""
    return sum(one["Type"] == kind for one in _template(path)["Resources"].values())


def stage(name: str) -> dict[str, Any]:
    """What the template says of a stage."""
    found: dict[str, Any] = _template("template.yaml")["Mappings"]["Stages"][name]
    return found


def throttle(api: str) -> float:
    """Requests a second that a stage of ours lets through."""
    properties = _template("template.yaml")["Resources"][api]["Properties"]
    settings = properties.get("DefaultRouteSettings") or properties["MethodSettings"][0]
    return float(settings["ThrottlingRateLimit"])


def states_of_a_drawing() -> int:
    """States that a drawing nobody knew enters, which is what Step Functions bills."""
    machine = json.loads((ROOT / "infra/statemachine/drawing.asl.json").read_text())["States"]
    name, entered = "Begin", 0
    while True:
        state = machine[name]
        entered += 1 + sum(len(branch["States"]) for branch in state.get("Branches", ()))
        if state["Type"] == "Succeed":
            return entered
        name = state.get("Next") or state["Default"]


# -------------------------------------------------------------------------------------- arithmetic

Bill = dict[str, float]
"""USD by what they are for."""


def usd(amount: float, price: str) -> float:
    """What an amount costs."""
    return amount * PRICES[price].usd


def calls(function: str, number: float, ms: float) -> float:
    """What calls of a function cost, cold starts among them."""
    seconds = number * (ms + assumed("cold") * assumed("start_ms")) / 1000
    return usd(number, "lambda_call") + usd(seconds * memory_gb(function), "lambda_gb_s")


def drawings(number: float) -> Bill:
    """Drawings that nobody sent before, each looked at once by whoever sent it."""
    tasks = sum(calls(name, number, ms) for name, ms in TASK_MS.items())
    tasks += calls("ReadLabelsFunction", number, assumed("textract_ms"))
    tasks += calls("PublishFunction", number, assumed("publish_ms"))
    tasks += calls("RecordFunction", 3 * number, assumed("row_ms"))
    rest = number * assumed("rest_calls")
    made = rest + number * (len(TASK_MS) + 5)
    return {
        "Textract": usd(number, "textract_page"),
        "Step Functions": usd(number * states_of_a_drawing(), "state"),
        "Lambda, tasks": tasks,
        "Lambda, REST": calls("SimulationsFunction", rest, assumed("rest_ms")),
        "API Gateway": usd(rest, "rest_call")
        + usd(number * assumed("messages"), "socket_message")
        + usd(number * 2, "socket_minute"),
        "CloudFront, firewall": usd(rest, "cdn_request")
        + usd(2 * rest, "waf_request")
        + usd(number * assumed("out_bytes") / 1e9, "cdn_gb"),
        "S3": usd(number * assumed("puts"), "s3_put") + usd(number * assumed("gets"), "s3_get"),
        "Database, cache": usd(number * assumed("ios"), "aurora_io")
        + usd(number * assumed("cache_units"), "cache_unit"),
        "Logs, traces": usd(made * assumed("log_bytes") / 1e9, "log_gb")
        + usd(made * assumed("traced"), "trace"),
    }


def sentences(number: float) -> Bill:
    """Sentences that nobody asked before."""
    return {
        "Bedrock": usd(number * assumed("sentence_tokens_in"), "bedrock_in")
        + usd(number * assumed("sentence_tokens_out"), "bedrock_out")
    }


def viewer_hours(number: float) -> Bill:
    """Hours of motion that is streamed all the time; a motion that repeats is sent once."""
    chunks = number * 3600 * FPS / CHUNK_FRAMES
    chunk_bytes = RECORDING_BYTES / (10 * FPS / CHUNK_FRAMES) * 4 / 3
    return {
        "API Gateway": usd(2 * chunks, "socket_message") + usd(number * 60, "socket_minute"),
        "Lambda": calls("AckFunction", chunks, assumed("ack_ms")),
        "S3": usd(chunks, "s3_get"),
        "CloudFront": usd(chunks * chunk_bytes / 1e9, "cdn_gb"),
        "NAT": usd(chunks * (chunk_bytes + assumed("post_bytes")) / 1e9, "nat_gb"),
        "Database": usd(chunks, "aurora_io"),
        "Logs": usd(chunks * assumed("log_bytes") / 1e9, "log_gb"),
    }


def idle(name: str) -> Bill:
    """A month in which nobody comes."""
    instances = 2 if stage(name)["Standby"] == "true" else 1
    zones = stage(name)["Zones"]
    interfaces = count("infra/network.yaml", "AWS::EC2::VPCEndpoint") - 1  # S3's is free
    if stage(name)["PrivateEndpoints"] == "false":
        interfaces = 0
    acls = count("infra/firewall.yaml", "AWS::WAFv2::WebACL") + count(
        "infra/edge.yaml", "AWS::WAFv2::WebACL"
    )
    rules = sum(
        len(resource["Properties"]["Rules"])
        for path in ("infra/firewall.yaml", "infra/edge.yaml")
        for resource in _template(path)["Resources"].values()
        if resource["Type"] == "AWS::WAFv2::WebACL"
    )
    secrets = count("template.yaml", "AWS::SecretsManager::Secret") + 1  # the database's own
    minutes = HOURS * 60
    return {
        "RDS Proxy": usd(max(8, 0.5 * instances) * HOURS, "proxy_acu_hour"),
        "Aurora": usd(0.5 * instances * HOURS, "aurora_acu_hour") + usd(1, "aurora_gb_month"),
        "Network": usd(zones * HOURS, "nat_hour")
        + usd(interfaces * zones * HOURS, "endpoint_hour"),
        "Firewall": usd(acls, "waf_acl") + usd(rules, "waf_rule"),
        "Cache": usd(0.1 * HOURS, "cache_gb_hour"),
        "Alarms, dashboard": usd(count("infra/watch.yaml", "AWS::CloudWatch::Alarm"), "alarm_month")
        + usd(1, "dashboard_month"),
        "Secrets": usd(secrets, "secret_month"),
        "Schedules": calls("ResumeJobsFunction", minutes, assumed("row_ms")),
    }


def month(users: float) -> Bill:
    """A month of so many users, in prod."""
    drawn, told = users * assumed("user_drawings"), users * assumed("user_sentences")
    metrics = min(1.0, users / 100) * (count("infra/watch.yaml", "AWS::CloudWatch::Alarm") + 40)
    return {
        "While nobody comes": sum(idle("prod").values()),
        "Drawings": sum(drawings(drawn).values()),
        "Sentences": sum(sentences(told).values()),
        "Playing": sum(viewer_hours(users * assumed("user_viewer_hours")).values()),
        "Objects kept a month": usd(drawn * assumed("kept_bytes") / 1e9, "s3_gb_month"),
        "More of the database": usd(max(0.0, _acus(users) - 1.0) * HOURS, "aurora_acu_hour"),
        "Our own metrics": usd(metrics, "metric_month"),
    }


def _acus(users: float) -> float:
    """Aurora's capacity on average: an ACU serves some 100 statements a second of ours."""
    statements = users * (assumed("user_drawings") * 60 + assumed("user_viewer_hours") * 6750)
    return statements / (HOURS * 3600) / 100


# ------------------------------------------------------------------------------------------- quotas


@dataclass(frozen=True)
class Quota:
    """What an account may do by default, and what to do when it is met."""

    name: str
    limit: float
    unit: str
    remedy: str


def peak(users: float) -> dict[str, float]:
    """The use of each quota in the busiest minute."""
    per_second = users * assumed("peak") / (HOURS * 3600)
    drawn = per_second * assumed("user_drawings")
    told = per_second * assumed("user_sentences")
    playing = per_second * assumed("user_viewer_hours") * 3600  # viewers at once
    chunks = playing * FPS / CHUNK_FRAMES
    rest = drawn * assumed("rest_calls")
    task_s = (sum(TASK_MS.values()) + assumed("textract_ms") + assumed("publish_ms")) / 1000
    busy = drawn * task_s + rest * assumed("rest_ms") / 1000 + chunks * assumed("ack_ms") / 1000
    return {
        "Lambda": busy,
        "Textract": drawn,
        "Bedrock": told * 60,
        "Step Functions, starts": drawn + told,
        "Step Functions, states": drawn * states_of_a_drawing(),
        "REST": rest,
        "Messages": chunks,
        "API Gateway": rest + chunks,
        "Sockets": playing / 600,  # somebody comes and stays ten minutes
        "Pool": (rest * 3 + chunks * 2 + drawn * 30) * 0.004,
        "Cache": drawn * assumed("cache_units") + chunks * 4,
    }


QUOTAS = {
    "Lambda": Quota(
        "Lambda, functions at once",
        1000,
        "at once",
        "ask for more; the tasks' share is reserved apart",
    ),
    "Textract": Quota(
        "Textract, DetectDocumentText",
        25,
        "a second",
        "ask for more; drawings wait meanwhile, by the state machine's retries",
    ),
    "Bedrock": Quota(
        "Bedrock, Claude 3 Haiku",
        1000,
        "a minute",
        "ask for more, or another model by `BedrockModelId`",
    ),
    "Step Functions, starts": Quota(
        "Step Functions, StartExecution",
        300,
        "a second",
        "ask for more; what was not started is started within a minute",
    ),
    "Step Functions, states": Quota(
        "Step Functions, transitions", 5000, "a second", "ask for more"
    ),
    "REST": Quota(
        "REST API, our own stage's",
        throttle("RestApi"),
        "a second",
        "`ThrottlingRateLimit` in `template.yaml`",
    ),
    "Messages": Quota(
        "WebSocket API, our own stage's",
        throttle("SocketsApi"),
        "a second",
        "`ThrottlingRateLimit` in `template.yaml`",
    ),
    "API Gateway": Quota("API Gateway, all APIs", 10000, "a second", "ask for more"),
    "Sockets": Quota("API Gateway, new sockets", 500, "a second", "ask for more"),
    "Pool": Quota(
        "Connections of the pool",
        25,
        "at once",
        "`PoolPercent`, `DatabaseConnections`, `MaximumCapacityUnits`",
    ),
    "Cache": Quota("Cache, ECPU", 5000, "a second", "`CacheUnitsPerSecond`"),
}

USERS = (10, 1_000, 100_000)


def first_met(users: float) -> tuple[str, float]:
    """The quota that is nearest, and how much of it is used."""
    used = {name: amount / QUOTAS[name].limit for name, amount in peak(users).items()}
    nearest = max(used, key=lambda name: used[name])
    return nearest, used[nearest]


# --------------------------------------------------------------------------------------------- page


def money(amount: float) -> str:
    """Dollars, with cents where they matter."""
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:,.2f}"


def _table(head: str, rows: Mapping[str, str]) -> Iterator[str]:
    yield f"| {head} |"
    yield "|---" * head.count("|") + "|---|"
    yield from (f"| {name} | {value} |" for name, value in rows.items())
    yield ""


def _bill(head: str, bill: Bill) -> Iterator[str]:
    ordered = sorted(bill.items(), key=lambda item: -item[1])
    rows = {name: money(amount) for name, amount in ordered}
    yield from _table(f"{head} | USD", rows | {"**together**": f"**{money(sum(bill.values()))}**"})


def page() -> str:
    """docs/COST.md."""
    of_drawings = drawings(1000)
    rest = money(sum(of_drawings.values()) - of_drawings["Textract"])
    asked = money(sum(sentences(1000).values()))
    lines = [
        "# What it costs, and what it meets first",
        "",
        *_prose(
            "Written by `make cost` from `infra/cost.py`, which has the arithmetic; do not",
            "edit. No AWS account has run this yet, so nothing of it was billed. List prices",
            "of us-east-1 in USD, without free tiers and discounts; durations are ours,",
            "measured or assumed below.",
        ),
        "## 1,000 drawings",
        "",
        *_bill("1,000 drawings that nobody sent before", of_drawings),
        *_prose(
            f"Below one dollar stays all of it but Textract: {rest}. A drawing that was read",
            "before, a corrected one, a model and a drawing without labels ask Textract",
            f"nothing, so 1,000 of those cost {rest} or less. For 1,000 sentences Bedrock",
            f"takes {asked}; one that was asked before is free. `PAID_LIMIT_PER_MINUTE` bounds",
            "both, a caller.",
        ),
        "## 1,000 viewer-hours",
        "",
        *_bill("1,000 hours of new motion, streamed all the time", viewer_hours(1000)),
        *_prose(
            "A motion that repeats is sent once, so whoever watches ten seconds for an hour",
            "costs a 360th of that.",
        ),
        "## Idle",
        "",
        *_columns("a month in which nobody comes, USD", {n: idle(n) for n in ("dev", "prod")}),
        *_prose(
            "Nearly half of dev is RDS Proxy, which is billed for 8 ACU at least. A stack",
            "that nobody needs for a while is better deleted: dev is not protected.",
        ),
        "## By users",
        "",
        *_prose(
            f"A user makes {assumed('user_drawings'):.0f} drawings, asks",
            f"{assumed('user_sentences'):.0f} sentences and plays",
            f"{assumed('user_viewer_hours'):.0f} hour of new motion a month.",
        ),
        *_columns("a month, USD", {f"{users:,} users": month(users) for users in USERS}),
        "## What is met first",
        "",
        *_prose(
            f"In the busiest minute of the month, {assumed('peak'):.0f} times the mean, as a",
            "share of what an account or a stage of ours may do by default:",
        ),
        *_quotas(),
        "## What it goes by",
        "",
        *_table(
            "measured (READING.md is in tests/bench) |",
            {
                f"{name.removesuffix('Function')}, median ms (READING.md)": f"{ms:.0f}"
                for name, ms in TASK_MS.items()
            }
            | {"bytes of 10 s recorded (tests/data/motion/runs)": f"{RECORDING_BYTES:,}"},
        ),
        *_table("assumed |", {what: f"{value:,.12g}" for value, what in ASSUMED.values()}),
        *_table(
            "price of a | USD | source",
            {price.unit: f"{_plain(price.usd)} | {price.source}" for price in PRICES.values()},
        ),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _prose(*sentences: str) -> list[str]:
    return [*textwrap.wrap(" ".join(sentences), 118), ""]


def _columns(head: str, bills: Mapping[str, Bill]) -> Iterator[str]:
    rows: dict[str, list[str]] = {}
    for bill in bills.values():
        for name, amount in bill.items():
            rows.setdefault(name, []).append(money(amount))
        rows.setdefault("**together**", []).append(f"**{money(sum(bill.values()))}**")
    rows["**together**"] = rows.pop("**together**")  # last
    yield from _table(" | ".join([head, *bills]), {n: " | ".join(row) for n, row in rows.items()})


def _quotas() -> Iterator[str]:
    rows = {}
    for name, quota in QUOTAS.items():
        shares = (f"{100 * peak(users)[name] / quota.limit:.1f} %" for users in USERS)
        limit = f"{quota.limit:,.0f} {quota.unit}"
        rows[quota.name] = " | ".join([limit, *shares, quota.remedy])
    counts = " | ".join(f"{users:,} users" for users in USERS)
    yield from _table(f"quota | default | {counts} | what to do", rows)
    met = []
    for users in USERS:
        name, share = first_met(users)
        met.append(f"at {users:,} users {QUOTAS[name].name} ({100 * share:.1f} %)")
    yield from _prose(f"First met: {'; '.join(met)}.")


def _plain(amount: float) -> str:
    return f"{amount:.10f}".rstrip("0").rstrip(".")


def main() -> int:
    """Write the page."""
    PAGE.write_text(page())
    sys.stdout.write(f"wrote {PAGE.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
