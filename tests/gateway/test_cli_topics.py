"""`throughline topics apply` on a real broker: what it refuses, makes, shows and puts right."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from adapters.kafka_clients import admin
from adapters.kafka_connection import KafkaConnection
from adapters.kafka_rights import KafkaRights, Rule
from infra.kafka.cluster import KafkaCluster
from tests.gateway.conftest import Command, Ran
from tests.support.kafka_desks import connection_of, hub_of

SCHOOL = "E06000047/virtual-school"
USER = "E06000047.virtual-school"
FEED = f"throughline.feed.{USER}"


@pytest.fixture
def broker(
    module_kafka: KafkaCluster,
    throughline: Command,  # noqa: ARG001  it takes away what the environment names, before we name ours
    monkeypatch: pytest.MonkeyPatch,
) -> KafkaConnection:
    """The broker that the environment names, and its hub's connection."""
    settings = {
        "BOOTSTRAP": module_kafka.bootstrap,
        "USER": module_kafka.user,
        "PASSWORD": module_kafka.password,
        "CA": str(module_kafka.ca_file),
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"THROUGHLINE_KAFKA_{name}", value)
    return hub_of(module_kafka)


@pytest.fixture
def rights(broker: KafkaConnection) -> Iterator[KafkaRights]:
    with closing(KafkaRights(broker, "tests")) as opened:
        yield opened


@pytest.fixture
def applied(broker: KafkaConnection, throughline: Command, hub_folder: Path, tmp_path: Path) -> KafkaConnection:
    """Topics, users and rules for every desk of the demonstration."""
    ran = throughline("topics", "apply", "--credentials", tmp_path / "credentials", "--data", hub_folder)
    assert (ran.code, ran.err) == (0, "")
    return broker


def differences(ran: Ran) -> list[str]:
    """What a run said on standard error, without its beginning."""
    return [line.removeprefix("differs: ") for line in ran.err.splitlines()]


# --- refusals


def test_without_a_broker_or_a_login_there_is_nothing_to_apply(
    throughline: Command, hub_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BOOTSTRAP", "USER", "PASSWORD", "CA"):
        monkeypatch.delenv(f"THROUGHLINE_KAFKA_{name}", raising=False)
    without_broker = throughline("topics", "apply", "--data", hub_folder)
    monkeypatch.setenv("THROUGHLINE_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    without_login = throughline("topics", "apply", "--data", hub_folder)

    assert (without_broker.code, "THROUGHLINE_KAFKA_BOOTSTRAP: is not set" in without_broker.err) == (1, True)
    assert (without_login.code, "THROUGHLINE_KAFKA_USER: is not set" in without_login.err) == (1, True)


def test_a_new_desk_s_password_has_to_be_written_somewhere_before_anything_is_made(
    rights: KafkaRights, throughline: Command, hub_folder: Path
) -> None:
    before = rights.users(), rights.rules()

    ran = throughline("topics", "apply", "--desk", "E06000001/school", "--data", hub_folder)

    assert (ran.code, ran.out) == (1, "")
    assert "--credentials: names no folder" in ran.err
    assert (rights.users(), rights.rules()) == before


@pytest.mark.usefixtures("broker")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--desk", "X99/school"), "not the code of a known agency"),
        (("--rotate", "E06000001/school"), "is not a desk in use"),
        (("--remove", USER), "is a user in use"),
        (("--remove", "hub"), "is a user in use"),
        (("--remove", "broker"), "is a user in use"),
    ],
)
def test_a_desk_that_is_not_known_or_a_user_who_is_in_use_is_not_touched(
    throughline: Command, hub_folder: Path, arguments: tuple[str, ...], says: str
) -> None:
    ran = throughline("topics", "apply", *arguments, "--data", hub_folder)

    assert (ran.code, ran.out) == (2, "")
    assert says in " ".join(ran.err.split())


# --- what it makes


@pytest.mark.usefixtures("applied")
def test_every_desk_has_its_topics_a_user_and_rules(throughline: Command, hub_folder: Path) -> None:
    checked = throughline("topics", "apply", "--check", "--json", "--data", hub_folder)
    said: dict[str, Any] = json.loads(checked.out)
    desks = said["users"]

    assert (checked.code, said["differences"], said["put_right"], said["written"]) == (0, [], [], [])
    assert USER in desks
    assert len(said["topics"]) == 1 + 3 * (len(desks) - 2)  # the hub and the brokers are users too
    assert len(said["rules"]) == 7 * (len(desks) - 2)


@pytest.mark.usefixtures("applied")
def test_applied_again_it_changes_nothing_and_writes_nothing(
    throughline: Command, hub_folder: Path, tmp_path: Path
) -> None:
    ran = throughline("topics", "apply", "--credentials", tmp_path / "other", "--data", hub_folder)

    assert (ran.code, len(ran.out.splitlines()), ran.err) == (0, 1, "")
    assert not (tmp_path / "other").exists()


@pytest.mark.usefixtures("broker")
def test_a_check_of_a_folder_without_a_hub_makes_none(throughline: Command, tmp_path: Path) -> None:
    ran = throughline("topics", "apply", "--check", "--data", tmp_path / "empty")

    assert (ran.code, (tmp_path / "empty").exists()) == (2, False)


# --- what it shows, and puts right


def test_what_somebody_changed_by_hand_is_shown_then_put_right_or_left(
    applied: KafkaConnection, rights: KafkaRights, throughline: Command, hub_folder: Path
) -> None:
    mine, stray = Rule(USER, "read", "topic", "throughline.events"), Rule("*", "read", "topic", "*")
    missing = Rule(USER, "write", "topic", f"throughline.submit.{USER}")
    rights.allow([mine, stray])
    rights.disallow([missing])
    rights.set_password("mallory", "invented")
    with closing(admin(applied, "tests")) as client:
        client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, FEED, {"retention.ms": "60000"})])
    left = [
        "user mallory: extra: neither a desk nor known",
        f"rule {stray}: extra: left to a person, since others may need it",
    ]
    mended = [f"topic {FEED}: retention.ms is 60000, not 604800000", f"rule {missing}: missing", f"rule {mine}: extra"]

    checked = throughline("topics", "apply", "--check", "--data", hub_folder)
    ran = throughline("topics", "apply", "--data", hub_folder)
    rights.disallow([stray])
    removed = throughline("topics", "apply", "--remove", "mallory", "--data", hub_folder)
    last = throughline("topics", "apply", "--check", "--data", hub_folder)

    assert (checked.code, sorted(differences(checked))) == (1, sorted(left + mended))
    assert (ran.code, sorted(differences(ran))) == (1, sorted(left))
    assert [line for line in ran.out.splitlines() if line.startswith("put right: ")] == [
        f"put right: {m}" for m in mended
    ]
    assert (removed.code, last.code, last.err) == (0, 0, "")


@pytest.mark.usefixtures("applied")
def test_retention_is_what_the_environment_says(
    throughline: Command, hub_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THROUGHLINE_FEED_RETENTION_DAYS", "3")
    longer = throughline("topics", "apply", "--data", hub_folder)
    monkeypatch.delenv("THROUGHLINE_FEED_RETENTION_DAYS")
    back = throughline("topics", "apply", "--data", hub_folder)

    assert f"topic {FEED}: retention.ms is 604800000, not 259200000" in longer.out
    assert (longer.code, back.code) == (0, 0)


@pytest.mark.usefixtures("applied")
def test_another_password_is_in_a_file_that_its_owner_alone_reads(
    throughline: Command, hub_folder: Path, tmp_path: Path
) -> None:
    credentials = tmp_path / "rotated"
    file = credentials / f"{USER}.properties"

    ran = throughline("topics", "apply", "--rotate", SCHOOL, "--credentials", credentials, "--data", hub_folder)

    assert (ran.code, ran.out.splitlines()[0]) == (0, f"written: {file}")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (credentials, file)] == [0o700, 0o600]
    with closing(admin(connection_of(file), "tests")) as client:
        assert FEED in client.list_topics()
