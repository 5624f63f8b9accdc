"""What compose.yaml mounts: certificates, passwords, and the broker's configuration as the native launcher has it.

`python -m infra.compose` makes them in build/compose once and prints the hub's settings; what is there is kept.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

from infra import certificates
from infra.kafka.configuration import BROKER, HUB, Ports, new_cluster_id, server_properties

FOLDER = Path(__file__).resolve().parents[1] / "build" / "compose"
KAFKA = Ports(client=19092, controller=19093)  # as compose.yaml publishes the first; nobody outside needs the second
POSTGRES = 15432
INSIDE = Path("/etc/throughline")  # where the container finds the folder `kafka`


def prepare(folder: Path) -> Path:
    """Make everything in `folder` (mode 0700: inside, the container's account has to read); the file to `source`."""
    settings = folder / "settings.env"
    if settings.exists():
        return settings
    mounted = folder / "kafka"
    mounted.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = certificates.issue(mounted, BROKER)
    made.server.chmod(0o644)
    hub, broker, postgres = (secrets.token_urlsafe(24) for _ in range(3))
    inside = certificates.Certificates(INSIDE / made.ca.name, INSIDE / made.server.name)
    (mounted / "server.properties").write_text(
        server_properties(1, {1: KAFKA}, Path("/var/lib/kafka/data"), inside, broker, listen="0.0.0.0"),  # noqa: S104
        encoding="utf-8",
    )
    services = {
        "CLUSTER_ID": new_cluster_id(),
        "HUB_PASSWORD": hub,
        "BROKER_PASSWORD": broker,
        "POSTGRES_PASSWORD": postgres,
    }
    (folder / "services.env").write_text("".join(f"{n}={v}\n" for n, v in services.items()), encoding="utf-8")
    named = {
        "THROUGHLINE_DATABASE_URL": f"postgresql+psycopg://throughline:{postgres}@127.0.0.1:{POSTGRES}/throughline",
        "THROUGHLINE_KAFKA_BOOTSTRAP": f"127.0.0.1:{KAFKA.client}",
        "THROUGHLINE_KAFKA_USER": HUB,
        "THROUGHLINE_KAFKA_PASSWORD": hub,
        "THROUGHLINE_KAFKA_CA": made.ca,
    }
    settings.write_text("".join(f"export {n}={v}\n" for n, v in named.items()), encoding="utf-8")
    return settings


if __name__ == "__main__":
    print(prepare(FOLDER).read_text(encoding="utf-8"), end="")
    sys.exit(0)
