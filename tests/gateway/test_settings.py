"""What the environment may say of services, and that no password shows anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.kafka_connection import KafkaConnection
from domain.forms import Refused
from gateway.settings import Settings, from_environment

FOLDER = Path("hub")
SECRET = "invented-secret"
DATABASE = f"postgresql://throughline:{SECRET}@db.example:5432/throughline?sslmode=verify-full"


@pytest.mark.parametrize("name", ["THROUGHLINE_DATABASE_URL", "THROUGHLINE_KEYS_URL"])
@pytest.mark.parametrize(
    "url", [f"mysql://u:{SECRET}@h/d", f"postgresql://u:{SECRET}@h", f"postgresql+asyncpg://u:{SECRET}@h/d", SECRET]
)
def test_an_address_that_cannot_be_one_is_refused_by_its_name_and_not_repeated(name: str, url: str) -> None:
    with pytest.raises(Refused, match=f"{name}: is not an address postgresql://USER") as refused:
        from_environment(FOLDER, {name: url})

    assert SECRET not in str(refused.value)


def test_no_password_shows_when_settings_are_shown() -> None:
    settings = from_environment(
        FOLDER,
        {
            "THROUGHLINE_DATABASE_URL": DATABASE,
            "THROUGHLINE_KEYS_URL": DATABASE,
            "THROUGHLINE_KAFKA_BOOTSTRAP": "broker.example:9093",
            "THROUGHLINE_KAFKA_PASSWORD": SECRET,
        },
    )

    assert settings.kafka is not None
    assert settings.kafka.password == SECRET
    assert SECRET not in repr(settings)


@pytest.mark.parametrize("environment", [{}, {"THROUGHLINE_DATABASE_URL": "", "THROUGHLINE_KAFKA_BOOTSTRAP": ""}])
def test_an_environment_that_names_nothing_is_the_embedded_default(environment: dict[str, str]) -> None:
    settings = from_environment(FOLDER, environment)

    assert settings == Settings(FOLDER)
    assert (settings.hub, settings.keys) == ("sqlite:///hub/hub.db", "sqlite:///hub/keys.db")


def test_one_database_holds_all_unless_the_keys_have_another() -> None:
    together = from_environment(FOLDER, {"THROUGHLINE_DATABASE_URL": DATABASE})
    apart = from_environment(
        FOLDER, {"THROUGHLINE_DATABASE_URL": DATABASE, "THROUGHLINE_KEYS_URL": "postgresql:///keys"}
    )

    assert together.hub == together.keys == DATABASE
    assert (apart.hub, apart.keys) == (DATABASE, "postgresql:///keys")


def test_a_broker_is_named_with_how_one_logs_in_there() -> None:
    settings = from_environment(
        FOLDER,
        {
            "THROUGHLINE_KAFKA_BOOTSTRAP": "broker.example:9093",
            "THROUGHLINE_KAFKA_USER": "hub",
            "THROUGHLINE_KAFKA_PASSWORD": SECRET,
            "THROUGHLINE_KAFKA_CA": "ca.pem",
        },
    )

    assert settings.kafka == KafkaConnection("broker.example:9093", "hub", SECRET, Path("ca.pem"))


@pytest.mark.parametrize("url", [f"ftp://u:{SECRET}@h", f"https://u:{SECRET}@h/ü", f"https:///{SECRET}", SECRET])
def test_a_schema_registry_s_address_that_cannot_be_one_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(Refused, match="THROUGHLINE_SCHEMA_REGISTRY_URL: is not an address") as refused:
        from_environment(FOLDER, {"THROUGHLINE_SCHEMA_REGISTRY_URL": url})

    assert SECRET not in str(refused.value)


def test_a_schema_registry_is_taken_with_its_password_which_is_not_shown() -> None:
    url = f"https://u:{SECRET}@registry.example:8081/base"
    settings = from_environment(FOLDER, {"THROUGHLINE_SCHEMA_REGISTRY_URL": url})

    assert settings.schema_registry == url
    assert SECRET not in repr(settings)


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "week", "10000", "７"])
def test_feeds_are_kept_a_whole_number_of_days(days: str) -> None:
    with pytest.raises(Refused, match="THROUGHLINE_FEED_RETENTION_DAYS: is not a number of days"):
        from_environment(FOLDER, {"THROUGHLINE_FEED_RETENTION_DAYS": days})


@pytest.mark.parametrize(("days", "kept"), [(None, 7), ("", 7), ("30", 30)])
def test_feeds_are_kept_a_week_unless_another_number_of_days_is_named(days: str | None, kept: int) -> None:
    environment = {} if days is None else {"THROUGHLINE_FEED_RETENTION_DAYS": days}

    assert from_environment(FOLDER, environment).feed_retention_days == kept
