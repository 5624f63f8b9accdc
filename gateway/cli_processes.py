"""The commands that go on until they are stopped: relay, disclose, deliver, project, and all of them as run; and lag."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli_options import DEFAULT_DATA as HERE
from gateway.cli_options import AsJson, Data, fit_database, open_hub, say_json, settings_of

Port = Annotated[
    int | None,
    typer.Option(
        "--health", min=0, max=65535, metavar="PORT", help="Answer /live and /ready on this port of 127.0.0.1."
    ),
]

_ONE_OF_A_KIND = " A second one takes over from the first, which then ends."
_MANY = " Any number of them share the work."


def command(kind: str) -> Callable[..., None]:
    """The command that runs one kind of process until SIGTERM or SIGINT; then it finishes its step."""

    def run_one(data: Data = HERE, health: Port = None) -> None:
        _run([kind], data, health)

    run_one.__doc__ = _HELP[kind] + _UNTIL.format(kind=kind)
    return run_one


def run_all(data: Data = HERE, health: Port = None) -> None:
    """Run everything that this hub's settings need, in one process, until it is stopped.

    For one machine. Without a broker: disclose and project. With one: relay, disclose, deliver, ingest and project. On more than
    one machine: the same commands by themselves, each where it is wanted.

    \b
    Example
      throughline run --health 8081
    """
    from gateway.processes import kinds_of

    with open_hub(data, new=True) as hub:
        kinds = kinds_of(hub)
    _run(kinds, data, health)


def lag(json_: AsJson = False, data: Data = HERE) -> None:
    """How far each process is behind, in positions of the event store. Nothing is changed.

    For whoever runs the hub. A lag that grows names the process that is too slow, or does not run.

    \b
    Example
      throughline lag --json
    """
    from gateway.processes import lags

    with open_hub(data) as hub:
        found = lags(hub)
    if json_:
        say_json(found)
    else:
        for kind, behind in found.items():
            typer.echo(f"{kind}: {behind:,} behind" if behind else f"{kind}: up to date")


def _run(kinds: list[str], data: Path, port: int | None) -> None:
    from adapters.kafka_appender import Fenced
    from adapters.kafka_relay import TopicAhead
    from gateway.health import Health
    from gateway.hub import Hub
    from gateway.running import Running

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("kafka").setLevel(logging.ERROR)
    open_hub(data, new=True).close()  # what is wrong with settings or database is said at once
    settings = settings_of(data)
    running = Running(kinds, lambda: Hub(settings))  # a database that is away later is a fault that passes
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.stop.set())
    health = Health(running.states, port) if port is not None else None
    if health is not None:
        typer.echo(f"health on http://127.0.0.1:{health.port}/ready", err=True)
    running.start()
    try:
        with fit_database():
            running.join()
    except (Fenced, TopicAhead) as why:
        typer.echo(f"stopped: {why}", err=True)
        raise typer.Exit(1) from None
    finally:
        if health is not None:
            health.close()


_UNTIL = """

    It goes on until SIGTERM or Ctrl-C, finishes its step and ends; after a fault of broker or database it tries again.

    \b
    Example
      throughline {kind} --health 8081
"""

_HELP = {
    "relay": "Put what was recorded on Kafka: event store to the topic throughline.events." + _ONE_OF_A_KIND,
    "disclose": "Decide what each desk is told: entries to feeds and ledger." + _MANY,
    "deliver": "Put each desk's feed on its Kafka topic." + _ONE_OF_A_KIND,
    "ingest": "Take in what agencies submit on their Kafka topics, and answer each." + _MANY,
    "project": "Keep every desk's views up to date with its feed." + _MANY,
}
