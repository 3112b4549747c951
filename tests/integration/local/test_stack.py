"""The whole stack, started by its command line: what it serves, keeps, and leaves behind."""

import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import boto3
import httpx
import psutil
import psycopg
import pytest
import redis
from websockets.sync.client import connect

from infra.local import naming
from infra.local.credentials import Credentials
from tests.service import leash

from .conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

TEMPLATE = ROOT / "tests" / "data" / "templates" / "sample.yaml"
START_LIMIT_S = 60.0
INTERPRETER = "infra.local.stepfunctions"


class Stack:
    """A stack in a process of its own, on a data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._process = subprocess.Popen(
            [*command(data), "run", "--port", "0", "--no-demo"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        leash().hold(self._process.pid, signal.SIGINT)
        self.output = ""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.output += line
            if found := re.search(r"http://[\d.:]+", line):
                self.address = found[0]
                return
        pytest.fail(f"the stack did not start: {self.output}")

    @property
    def children(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children(recursive=True)

    def end(self, number: signal.Signals) -> int:
        """Send a signal to the stack's own process only; its exit code."""
        self._process.send_signal(number)
        code = self._process.wait(START_LIMIT_S)
        leash().release(self._process.pid)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return code


def command(data: Path) -> list[str]:
    options = ["--template", str(TEMPLATE), "--data", str(data)]
    return [sys.executable, "-m", "infra.local", *options]


def variables(stack: Stack, function: str = "ActFunction") -> dict[str, str]:
    """What a function sees in its environment."""
    answer: dict[str, str] = invoke(stack, function, {"do": "environment"})
    return answer


def invoke(stack: Stack, function: str, event: Any) -> Any:
    response = aws(stack, "lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    return json.loads(response["Payload"].read())


def aws(stack: Stack, service: str, address: str | None = None) -> Any:
    """An unchanged client of a service that the stack stands in for."""
    credentials = Credentials.kept_in(stack.data)
    return boto3.client(
        service,
        endpoint_url=address or stack.address,
        region_name=naming.REGION,
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
    )


def execute(stack: Stack, name: str, given: Any) -> Any:
    """What came of an execution of the state machine."""
    client = aws(stack, "stepfunctions", variables(stack)["AWS_ENDPOINT_URL_SFN"])
    execution = client.start_execution(
        stateMachineArn=naming.state_machine_arn("Machine"), name=name, input=json.dumps(given)
    )
    return wait_for(
        lambda: client.describe_execution(executionArn=execution["executionArn"]),
        lambda description: description["status"] != "RUNNING",
    )


@contextmanager
def data_folder() -> Iterator[Path]:
    """A folder that PostgreSQL can reach, which as root is not us: pytest's own keep others out."""
    with tempfile.TemporaryDirectory(prefix="simgen-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with data_folder() as data:
        yield data


@pytest.fixture(scope="module")
def stack(data: Path) -> Iterator[Stack]:
    stack = Stack(data)
    yield stack
    stack.end(signal.SIGTERM)


def test_a_request_goes_through_the_gateway_to_a_function_and_back(stack: Stack) -> None:
    response = httpx.get(f"{stack.address}/things/7?a=1", headers={"Accept-Encoding": "gzip"})
    event = response.json()
    assert event["pathParameters"] == {"id": "7"}
    assert event["requestContext"]["stage"] == "live"
    assert response.headers["content-encoding"] == "gzip"


def test_what_the_template_does_not_declare_does_not_exist(stack: Stack) -> None:
    response = httpx.delete(f"{stack.address}/things/7")
    assert (response.status_code, response.headers["x-refused"]) == (404, "yes")


def test_a_socket_asks_a_function_and_is_answered(stack: Stack) -> None:
    with connect(stack.address.replace("http", "ws") + "/?token=t", compression=None) as client:
        client.send('{"action": "ask", "n": 1}')
        assert json.loads(client.recv(10))["route"] == "ask"


def test_only_who_has_the_key_may_invoke_functions_directly(stack: Stack) -> None:
    url = f"{stack.address}/2015-03-31/functions/ActFunction/invocations"
    assert httpx.post(url, content=b"{}").status_code == 403
    assert invoke(stack, "ActFunction", {"n": 1})["event"] == {"n": 1}


def test_an_unknown_function_is_not_found_as_lambda_says_it(stack: Stack) -> None:
    client = aws(stack, "lambda")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="Nobody", Payload=b"{}")


def test_a_function_that_is_started_by_the_state_machine_runs(stack: Stack) -> None:
    description = execute(stack, "one", {"n": 2})
    assert json.loads(description["output"])["event"] == {"n": 2}


def test_a_function_that_fails_fails_its_execution_by_its_error(stack: Stack) -> None:
    description = execute(stack, "two", {"do": "raise"})
    assert (description["status"], description["error"]) == ("FAILED", "ValueError")
    assert json.loads(description["cause"])["errorMessage"] == "as asked"


def test_a_connection_outlives_what_a_person_reads_in_between(stack: Stack) -> None:
    host, port = stack.address.removeprefix("http://").split(":")
    connection = HTTPConnection(host, int(port), timeout=10)
    connection.connect()
    connection.auto_open = 0  # fail where it was closed, as who sends a POST must
    for pause_s in (6.0, 0.0):  # longer than uvicorn keeps one of its own accord
        connection.request("GET", "/things/7")
        with connection.getresponse() as response:
            assert response.read()
        time.sleep(pause_s)
    connection.close()


def test_an_aws_service_that_is_not_here_is_not_asked_elsewhere(stack: Stack) -> None:
    environment = variables(stack)
    assert environment["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:9/")
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"


def test_what_has_no_effect_is_said_at_the_start(stack: Stack) -> None:
    assert "warning: Stream: AWS::Kinesis::Stream does nothing here" in stack.output


def test_a_second_stack_on_the_same_data_is_refused(stack: Stack, data: Path) -> None:
    second = subprocess.run(
        [*command(data), "run", "--port", "0"], cwd=ROOT, capture_output=True, text=True
    )
    assert second.returncode == 1
    assert "another stack runs on" in second.stderr


def test_a_port_that_is_taken_is_named_and_no_trace_shown(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = [*command(tmp_path), "run", "--port", str(port)]
        refused = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
    assert refused.returncode == 1
    assert f"port {port} can't be used" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_invoke_uses_the_stack_that_runs(stack: Stack, data: Path, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text('{"n": 1}')
    first, second = (
        subprocess.run(
            [*command(data), "invoke", "ActFunction", str(event)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for _ in range(2)
    )
    assert json.loads(first.stdout)["event"] == {"n": 1}
    assert json.loads(first.stdout)["pid"] == json.loads(second.stdout)["pid"]


def test_invoke_starts_and_stops_a_stack_where_none_runs(kept: Path, tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    event.write_text('{"do": "raise"}')
    done = subprocess.run(
        [*command(kept), "invoke", "ActFunction", str(event)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert json.loads(done.stdout)["errorType"] == "ValueError"


# The tests below end one stack after the other on the same data, each in another way. Every one of
# them finds what the first has written, so each also shows that the end before it did no harm.


@pytest.fixture(scope="module")
def kept() -> Iterator[Path]:
    """A data folder with a row in its database."""
    with data_folder() as data:
        first = Stack(data)
        with psycopg.connect(database_of(first), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        first.end(signal.SIGINT)
        yield data


@pytest.fixture
def restarted(kept: Path) -> Iterator[Stack]:
    """A stack that has found that row; the test ends it."""
    stack = Stack(kept)
    try:
        with psycopg.connect(database_of(stack)) as connection:
            assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        yield stack
    finally:
        stack.end(signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_survives_the_stack_however_it_ends(
    restarted: Stack, number: signal.Signals
) -> None:
    children = restarted.children
    for program in ("postgres", "valkey-server", "awslambdaric", INTERPRETER):
        assert any(is_running(program, child) for child in children), program
    code = restarted.end(number)
    assert code == (-signal.SIGKILL if number == signal.SIGKILL else 0)
    assert survivors(children) == []


def test_a_killed_test_run_leaves_no_stack_behind(kept: Path) -> None:
    start = f"from tests.integration.local.test_stack import Stack; Stack(Path({str(kept)!r}))"
    script = f"from pathlib import Path; import sys; {start}; print('up', flush=True); input()"
    run = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert run.stdout is not None and run.stdout.readline() == b"up\n"
    children = psutil.Process(run.pid).children(recursive=True)
    assert any(is_running("postgres", child) for child in children)
    run.kill()
    run.communicate()
    assert survivors(children) == []


def test_all_processes_may_be_killed_at_once(restarted: Stack) -> None:
    children = restarted.children
    # The watcher goes first, so that nobody is left to tidy up.
    for child in sorted(children, key=lambda child: not is_running("leash.py", child)):
        with suppress(psutil.NoSuchProcess):
            child.kill()
    restarted.end(signal.SIGKILL)
    assert survivors(children) == []


def test_a_server_that_was_left_running_is_ended_by_the_next_start(
    restarted: Stack, kept: Path
) -> None:
    children = restarted.children
    names = ("postgres", "valkey-server")
    servers = [child for child in children if any(is_running(name, child) for name in names)]
    for child in children:
        if is_running("leash.py", child):
            child.kill()
    restarted.end(signal.SIGKILL)
    for name in names:
        assert any(is_running(name, server) for server in servers), name
    Stack(kept).end(signal.SIGINT)
    assert survivors(servers) == []


def test_a_server_that_dies_is_started_again_where_its_clients_look_for_it(
    restarted: Stack,
) -> None:
    environment = variables(restarted, "EnvironmentFunction")
    for name in ("postgres", "valkey-server", INTERPRETER):
        for child in restarted.children:
            if is_running(name, child):
                child.kill()

    def answers(_: object = None) -> bool:
        with suppress(psycopg.Error, redis.RedisError):
            with psycopg.connect(environment["DATABASE_URL"]) as connection:
                kept = connection.execute("SELECT answer FROM kept").fetchone()
            return kept == (42,) and bool(redis.from_url(environment["REDIS_URL"]).ping())
        return False

    assert wait_for(answers, bool, START_LIMIT_S)
    assert wait_for(lambda: is_up(environment["AWS_ENDPOINT_URL_SFN"]), bool, START_LIMIT_S)
    assert execute(restarted, "again", {})["status"] == "SUCCEEDED"


def test_a_start_that_fails_leaves_nothing_behind(kept: Path, tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Resources: [")
    options = ["--template", str(template), "--data", str(kept)]
    failed = subprocess.run(
        [sys.executable, "-m", "infra.local", *options, "run", "--port", "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (failed.returncode, "is not YAML" in failed.stderr) == (1, True)
    assert running_on(kept) == []


@pytest.mark.parametrize("after_s", [0.5, 1.0, 2.0])
def test_a_start_that_is_interrupted_leaves_nothing_behind(kept: Path, after_s: float) -> None:
    starting = subprocess.Popen(
        [*command(kept), "run", "--port", "0", "--no-demo"], cwd=ROOT, start_new_session=True
    )
    time.sleep(after_s)
    starting.send_signal(signal.SIGINT)
    starting.wait(START_LIMIT_S)
    # What was just being started ends a moment later: a child that has not got as far as its own
    # program still looks like its parent.
    wait_for(lambda: running_on(kept), lambda found: found == [])


def test_the_servers_are_real_and_let_only_us_in(stack: Stack) -> None:
    url = database_of(stack)
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_version_num").fetchone()
        assert row and int(row[0]) >= 170000
    assert (stack.data / "postgres" / "socket").stat().st_mode & 0o077 == 0
    assert (stack.data / "token-secret").stat().st_mode & 0o077 == 0
    assert (stack.data / "access-key").stat().st_mode & 0o077 == 0


def database_of(stack: Stack) -> str:
    return variables(stack, "EnvironmentFunction")["DATABASE_URL"]


def is_running(program: str, process: psutil.Process) -> bool:
    """Whether a process, which may end at any time, runs this program or module."""
    with suppress(psutil.NoSuchProcess):
        return any(part.split("/")[-1] == program for part in process.cmdline())
    return False


def is_up(url: str) -> bool:
    """Whether something listens there."""
    host, port = url.removeprefix("http://").split(":")
    with suppress(OSError), socket.create_connection((host, int(port)), 1.0):
        return True
    return False


def running_on(data: Path) -> list[list[str]]:
    """The command lines of all processes that have to do with a data folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        command, folder = process.info["cmdline"] or [], process.info["cwd"] or ""
        if any(str(data) in part for part in [*command, folder]):
            found.append(command)
    return found


def survivors(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run after a while."""
    _, alive = psutil.wait_procs(processes, timeout=10)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def wait_for(ask: Callable[[], Any], fits: Callable[[Any], bool], limit_s: float = 10.0) -> Any:
    deadline = time.monotonic() + limit_s
    while not fits(answer := ask()):
        assert time.monotonic() < deadline, answer
        time.sleep(0.05)
    return answer


def test_redis_wants_the_password_that_only_functions_know(stack: Stack) -> None:
    url = variables(stack, "EnvironmentFunction")["REDIS_URL"]
    assert redis.from_url(url).ping()
    with pytest.raises(redis.AuthenticationError):
        redis.from_url(re.sub(r":[^:@]+@", "", url)).ping()
