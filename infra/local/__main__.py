"""The one-machine stack's command line: `python -m infra.local --help`."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path

from .child import ServiceFailed
from .intrinsics import UnsupportedTemplate
from .stack import Place, StackRefused, running, running_address

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run one command; its exit code."""
    arguments = _arguments()
    place = Place(
        root=ROOT,
        template=arguments.template.resolve(),
        data=arguments.data.resolve(),
        port=getattr(arguments, "port", 0),
        echo=arguments.echo,
    )
    _log_to(place.data / "logs" / "stack.log")
    try:
        return int(asyncio.run(arguments.command(place, arguments)))
    except (StackRefused, ServiceFailed, UnsupportedTemplate) as error:
        _say(f"error: {error}", sys.stderr)
    except KeyboardInterrupt:
        pass
    return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("--template", type=Path, default=ROOT / "template.yaml")
    parser.add_argument("--data", type=Path, default=ROOT / ".local", help="what is kept")
    parser.add_argument("--echo", action="store_true", help="show what the functions log")
    commands = parser.add_subparsers(required=True)

    run = commands.add_parser("run", help="start everything, show the examples, serve")
    run.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    run.add_argument("--no-demo", dest="demo", action="store_false", help="send no examples")
    run.set_defaults(command=_run)

    invoke = commands.add_parser("invoke", help="run one function with an event from a file")
    invoke.add_argument("function")
    invoke.add_argument("event", type=Path)
    invoke.set_defaults(command=_invoke)

    migrate = commands.add_parser("migrate", help="bring the stack's own database up to date")
    migrate.set_defaults(command=_migrate)
    return parser.parse_args()


async def _run(place: Place, arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    started = time.monotonic()
    serving = asyncio.current_task()
    assert serving is not None
    # Until the stack is up a signal cancels the start; after that it ends the wait below.
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, serving.cancel)
    with suppress(asyncio.CancelledError):
        async with running(place) as stack:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stopping.set)
            for warning in stack.template.warnings:
                _say(f"warning: {warning}")
            _say(f"SimGen is at {stack.address}  ({time.monotonic() - started:.1f} s)")
            async with _demonstrating(place, stack.address) if arguments.demo else nullcontext():
                await stopping.wait()
            _say("stopping")
    return 0


@asynccontextmanager
async def _demonstrating(place: Place, address: str) -> AsyncIterator[None]:
    """Send the examples meanwhile, as a client outside of this process."""
    command = ["-P", "-m", "infra.local.demo", address, str(place.data / "demo-session")]
    path = os.pathsep.join([str(place.root / "functions"), str(place.root)])
    client = await asyncio.create_subprocess_exec(
        sys.executable, *command, env=os.environ | {"PYTHONPATH": path}
    )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            client.kill()
        await client.wait()


async def _invoke(place: Place, arguments: argparse.Namespace) -> int:
    """Print a function's answer; 1 if it failed."""
    event = arguments.event.read_bytes()
    address = running_address(place.data)
    if address is not None:
        payload, failed = await asyncio.to_thread(
            _invoke_running, place, address, arguments.function, event
        )
    else:
        async with running(place, schedules=False) as stack:
            if arguments.function not in stack.template.functions:
                raise StackRefused(f"the template has no function {arguments.function}")
            answer = await stack.runtime.invoke(arguments.function, event)
            payload, failed = answer.payload, answer.error is not None
    _say(payload.decode())
    return int(failed)


def _invoke_running(place: Place, address: str, function: str, event: bytes) -> tuple[bytes, bool]:
    """Ask the stack that runs, as any client of Lambda would."""
    import boto3

    from . import naming
    from .credentials import Credentials

    credentials = Credentials.kept_in(place.data)
    client = boto3.client(
        "lambda",
        endpoint_url=address,
        region_name=naming.REGION,
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
    )
    try:
        response = client.invoke(FunctionName=function, Payload=event)
    except client.exceptions.ResourceNotFoundException:
        raise StackRefused(f"the template has no function {function}") from None
    return response["Payload"].read(), "FunctionError" in response


async def _migrate(place: Place, arguments: argparse.Namespace) -> int:
    """Start and stop: every start migrates."""
    if running_address(place.data) is None:
        async with running(place, schedules=False):
            pass
    _say("the database is up to date")
    return 0


def _log_to(path: Path) -> None:
    """Keep the libraries' messages off the terminal, which is for ours."""
    path.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.mkdir(exist_ok=True)
    line = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(filename=path, filemode="w", level=logging.INFO, format=line)


def _say(line: str, stream: object = None) -> None:
    print(line, flush=True, file=stream or sys.stdout)  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(main())
