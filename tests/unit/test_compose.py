"""The compose file runs what the native launcher runs: the same version, configured by the same function."""

from __future__ import annotations

from pathlib import Path

import yaml

from infra import compose
from infra.kafka import distribution

ROOT = Path(__file__).resolve().parents[2]
SERVICES = yaml.safe_load((ROOT / "infra" / "compose.yaml").read_text(encoding="utf-8"))["services"]


def test_the_image_is_of_the_version_that_maven_fetches() -> None:
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{distribution.version()}"


def test_both_are_published_on_loopback_alone_at_the_ports_of_the_settings(tmp_path: Path) -> None:
    settings = compose.prepare(tmp_path / "compose").read_text(encoding="utf-8")

    for name in ("kafka", "postgres"):
        [published] = SERVICES[name]["ports"]
        host, port, _ = published.split(":")
        assert host == "127.0.0.1"
        assert f"127.0.0.1:{port}" in settings


def test_what_it_needs_is_made_once_and_only_the_owner_gets_at_it(tmp_path: Path) -> None:
    folder = tmp_path / "compose"
    first = compose.prepare(folder).read_text(encoding="utf-8")

    assert compose.prepare(folder).read_text(encoding="utf-8") == first
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    mounted = {file.name for file in (folder / "kafka").iterdir()}
    assert mounted == {"ca.pem", "server.pem", "server.properties"}


def test_the_broker_is_configured_as_natively_but_for_where_it_listens(tmp_path: Path) -> None:
    compose.prepare(tmp_path / "compose")
    lines = (tmp_path / "compose" / "kafka" / "server.properties").read_text(encoding="utf-8").splitlines()

    assert (
        f"listeners=CLIENTS://0.0.0.0:{compose.KAFKA.client},CONTROLLER://127.0.0.1:{compose.KAFKA.controller}" in lines
    )
    assert "allow.everyone.if.no.acl.found=false" in lines
    assert "listener.name.controller.ssl.client.auth=required" in lines
