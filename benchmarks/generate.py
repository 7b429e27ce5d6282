"""
Writes the stack files that are measured, the same ones every time.

Each file depends only on the seed and its number, so 300 files are the first 300 of 1,000.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

SEED = "interlock"
SERVICES = (1, 100, 1_000, 10_000)
SHARING = 5
"""Services per host in the files in which services share hosts."""

_PREFIX = "com.docker.lb."
_APPLICATIONS = ("shop", "billing", "search", "intranet", "reports", "tickets", "wiki", "forms")
_TEAMS = ("blue", "green", "north", "south")
_COOKIES = ("JSESSIONID", "session_id", "app_session")

_SMALL = """\
services:
  web:
    image: example/web:1.4.2
    environment:
      LOG_LEVEL: info
    networks:
      - front
    healthcheck:
      test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://localhost:8080/health"]
      interval: 30s
      timeout: 5s
    deploy:
      replicas: 3
      update_config:
        order: start-first
      labels:
        com.docker.lb.hosts: www.example.com
        com.docker.lb.port: "8080"
        com.docker.lb.network: shop_front
        com.docker.lb.sticky_session_cookie: app_session

networks:
  front:
    name: shop_front
    driver: overlay
"""

_HEAD = """\
# {stack}: a web front, an interface with its next version, a worker and its queue.
x-logging: &logging
  driver: json-file
  options:
    max-size: {size}m
    max-file: "3"

x-update: &update
  parallelism: 1
  delay: {delay}s
  order: start-first

services:
"""

_WEB = """\
  web:
    image: example/{application}-web:{version}
    logging: *logging
    environment: &environment
      LOG_LEVEL: {level}
      API_URL: http://api:{port}
    networks:
      - front
      - back
    healthcheck: &healthcheck
      test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://localhost:8080/health"]
      interval: {delay}s
      timeout: 5s
    deploy:
      replicas: {replicas}
      update_config: *update
      restart_policy:
        condition: on-failure
      labels:
"""

_API = """\
  {name}:
    image: example/{application}-api:{version}
    logging: *logging
    environment:
      <<: *environment
      DATABASE_URL: postgres://{application}@db:5432/{application}
    networks: [front, back]
    healthcheck: *healthcheck
    deploy:
      replicas: {replicas}
      update_config: *update
      labels:
"""

_TAIL = """\
  worker:
    image: example/{application}-worker:{version}
    command: ["worker", "--queues", "default,mail"]
    logging: *logging
    environment:
      - LOG_LEVEL={level}
      - QUEUE=redis://queue:6379/0
    networks:
      back: {{}}
    deploy:
      mode: replicated
      replicas: {replicas}

  queue:
    image: redis:7.2
    networks:
      - back
    volumes:
      - queue:/data

networks:
  front:
    name: {stack}_front
    driver: overlay
  back:
    driver: overlay

volumes:
  queue: {{}}
"""

_SERVICE = """\
  service-{number:05}:
    image: example/app:{version}
    environment:
      LOG_LEVEL: {level}
      INSTANCE: "{number}"
    networks:
      - front
    deploy:
      replicas: {replicas}
      update_config:
        order: start-first
      labels:
"""

_FRONT = """
networks:
  front:
    name: many_front
    driver: overlay
"""


def small() -> str:
    """A stack file with one labeled service."""
    return _SMALL


def stack(number: int, *, labeled: bool = True) -> str:
    """A stack file with about 106 lines and five services, three of which can be labeled."""
    chance = random.Random(f"{SEED} {number}")
    application = chance.choice(_APPLICATIONS)
    name = f"{application}-{number:04}"
    facts = {
        "application": application,
        "stack": name,
        "version": _version(chance),
        "level": chance.choice(("info", "debug", "warning")),
        "port": chance.choice((3000, 8000, 8080, 9090)),
        "size": chance.choice((10, 20, 50)),
        "delay": chance.choice((10, 15, 30)),
        "replicas": chance.randint(2, 6),
    }
    team = {"com.example.team": chance.choice(_TEAMS)}
    web = {**team, **(_web_labels(chance, name) if labeled else {})}
    api = {**team, **(_api_labels(chance, name, facts["port"]) if labeled else {})}
    api_facts = {**facts, "name": "api"}
    canary_facts = {**facts, "name": "api-next", "version": _version(chance), "replicas": 2}
    parts = (
        _HEAD.format(**facts),
        _WEB.format(**facts) + _map(web),
        _API.format(**api_facts) + _list(api),
        _API.format(**canary_facts) + _list(api),
        _TAIL.format(**facts),
    )
    return parts[0] + "\n".join(parts[1:])


def services(count: int) -> Iterator[str]:
    """The parts of one stack file with `count` services, each with its own host."""
    chance = random.Random(f"{SEED} {count} services")
    yield "services:\n"
    for number in range(count):
        labels = {
            "hosts": f"app-{number:05}.example.com",
            "network": "many_front",
            "port": str(chance.choice((3000, 8000, 8080))),
        }
        if chance.random() < 0.5:
            labels["sticky_session_cookie"] = chance.choice(_COOKIES)
        block = _map if chance.random() < 0.5 else _list
        yield _SERVICE.format(
            number=number,
            version=_version(chance),
            level=chance.choice(("info", "debug")),
            replicas=chance.randint(2, 6),
        ) + block(_prefixed(labels))
    yield _FRONT


def sharing(count: int) -> Iterator[str]:
    """The parts of one stack file with `count` services, five per host, in either mode."""
    chance = random.Random(f"{SEED} {count} sharing")
    yield "services:\n"
    for number in range(count):
        labels = {
            "hosts": f"app-{number // SHARING:05}.example.com",
            "network": "many_front",
            "port": "8080",
            "backend_mode": chance.choice(("task", "vip")),
        }
        block = _map if chance.random() < 0.5 else _list
        yield _SERVICE.format(
            number=number, version=_version(chance), level="info", replicas=chance.randint(2, 6)
        ) + block(_prefixed(labels))
    yield _FRONT


def names(files: int) -> list[str]:
    """The names of that many files."""
    return [f"stack-{number:04}.yml" for number in range(1, files + 1)]


def write_stacks(folder: Path, files: int) -> None:
    """Write that many files to `labeled/`, and the same files without labels to `unlabeled/`."""
    for name, labeled in (("labeled", True), ("unlabeled", False)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number, file_name in enumerate(names(files), 1):
            text = stack(number, labeled=labeled)
            (folder / name / file_name).write_text(text, encoding="utf-8")


def write_services(folder: Path, counts: Iterable[int] = SERVICES) -> None:
    """
    Write `small.yml`, and `services-<count>.yml` and `sharing-<count>.yml` for each count.

    In `wrong.yml`, a value is wrong.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "small.yml").write_text(small(), encoding="utf-8")
    wrong = small().replace('"8080"', '"80a"')
    (folder / "wrong.yml").write_text(wrong, encoding="utf-8")
    for count in counts:
        for name, pieces in (("services", services), ("sharing", sharing)):
            with (folder / f"{name}-{count}.yml").open("w", encoding="utf-8") as file:
                file.writelines(pieces(count))


def _web_labels(chance: random.Random, stack_name: str) -> dict[str, str]:
    host = f"{stack_name}.example.com"
    labels = {"hosts": f"{host},www.{host}", "network": f"{stack_name}_front", "port": "8080"}
    if chance.random() < 0.5:
        labels["sticky_session_cookie"] = chance.choice(_COOKIES)
    else:
        labels["backend_mode"] = "vip"
    labels["redirects"] = f"http://www.{host},http://{host}"
    return _prefixed(labels)


def _api_labels(chance: random.Random, stack_name: str, port: object) -> dict[str, str]:
    labels = {
        "hosts": f"api.{stack_name}.example.com",
        "network": f"{stack_name}_front",
        "port": str(port),
    }
    if chance.random() < 0.5:
        labels |= {"context_root": "/api", "context_root_rewrite": "true"}
    else:
        labels |= {"websocket_endpoints": "/ws", "ip_hash": "true"}
    return _prefixed(labels)


def _prefixed(labels: Mapping[str, str]) -> dict[str, str]:
    return {_PREFIX + name: value for name, value in labels.items()}


def _map(labels: Mapping[str, str]) -> str:
    return "".join(f"        {key}: {_scalar(value)}\n" for key, value in labels.items())


def _list(labels: Mapping[str, str]) -> str:
    return "".join(f"        - {key}={value}\n" for key, value in labels.items())


def _scalar(value: str) -> str:
    return f'"{value}"' if value.isdigit() or value == "true" else value


def _version(chance: random.Random) -> str:
    return f"{chance.randint(1, 9)}.{chance.randint(0, 30)}.{chance.randint(0, 9)}"


def main() -> None:
    """Write the files to the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Write the stack files to measure.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=300, help="(default: 300)")
    arguments = parser.parse_args()
    write_services(arguments.folder)
    write_stacks(arguments.folder, arguments.files)


if __name__ == "__main__":
    main()
