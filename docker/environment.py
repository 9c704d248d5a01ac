"""Write docker/.env, which the compose files read: versions by the project's own pins, and generated passwords.

    python docker/environment.py

Versions and names follow requirements.txt, pyproject.toml, pom.xml and the few pins below, at every run. Everything
else stays as it is in the file, so settings can be edited there and passwords live as long as the data. Needs Python
alone.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docker" / ".env"
MAVEN = "{http://maven.apache.org/POM/4.0.0}"

# What no other file of the project pins. JDK 17: for Cassandra 5.0 and Spark 3.5 (scripts/setup.sh asks for it, too).
IMAGES = {
    "DEBIAN_RELEASE": "bookworm",
    "JAVA_VERSION": "17",
    "MAVEN_VERSION": "3.9",
    "POSTGRES_VERSION": "18",
    "ORACLE_FREE_VERSION": "23.9-slim",
}
PASSWORDS = (
    "AIRFLOW_ADMIN_PASSWORD",
    "AIRFLOW_DB_PASSWORD",
    "AIRFLOW_JWT_SECRET",
    "AIRFLOW_SECRET_KEY",
    "CASSANDRA_ADMIN_PASSWORD",
    "HMSF_CASSANDRA_PASSWORD",
    "HMSF_ORACLE_PASSWORD",
    "MONITOR_ADMIN_PASSWORD",
    "MONITOR_DB_PASSWORD",
    "ORACLE_ADMIN_PASSWORD",
    "SPARK_SECRET",
)
FERNET_KEY = "AIRFLOW_FERNET_KEY"
# Django wants 50 characters.
LONG_KEY = "MONITOR_SECRET_KEY"


def versions() -> dict[str, str]:
    """The version of everything that an image or tag names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pom = ElementTree.parse(ROOT / "pom.xml").getroot()
    return IMAGES | {
        "HMSF_VERSION": project["version"],
        "PYTHON_VERSION": re.fullmatch(r"==(\d+\.\d+)\.\*", project["requires-python"])[1],
        "CASSANDRA_VERSION": pom.findtext(f"{MAVEN}properties/{MAVEN}cassandra.version"),
    }


def settings() -> dict[str, str]:
    """Where the stack finds PanDA's database: in its own Oracle Free, until another is written into the file."""
    return {"HMSF_ORACLE_DSN": "oracle:1521/FREEPDB1", "HMSF_ORACLE_USER": "hmsf"}


def new_secrets() -> dict[str, str]:
    """A password of everything that has one. Each begins with a letter and has a digit, as Oracle may ask."""
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    keys = {FERNET_KEY: key, LONG_KEY: secrets.token_urlsafe(64)}
    return {name: f"A1_{secrets.token_hex(16)}" for name in PASSWORDS} | keys


def read(file: Path) -> dict[str, str]:
    """The file's variables; comments are not kept."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write(file: Path) -> list[str]:
    """Bring the file up to date, readable for its owner alone; gives the names of what was added or changed."""
    before = read(file)
    values = settings() | new_secrets() | before | versions()
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.writelines(f"{name}={value}\n" for name, value in sorted(values.items()))
    new.replace(file)
    return sorted(name for name, value in values.items() if before.get(name) != value)


def main() -> int:
    """Write the file and say what is new in it, without values."""
    changed = write(FILE)
    print(f"{FILE}: {', '.join(changed) or 'nothing'} new")
    return 0


if __name__ == "__main__":
    sys.exit(main())
