"""Finds the engine that a source such as `swarm:` or `swarm:CONTEXT` means, as Docker does."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from linter.model.swarm import PREFIX, NoSwarm

_DEFAULT = "unix:///var/run/docker.sock"


class Address(NamedTuple):
    """Where an engine is: its host as Docker writes it, and how it is reached over TLS."""

    host: str
    tls: Any = False


def address(source: str) -> Address:
    """
    The engine of a source. Raises NoSwarm.

    Without a context: that of DOCKER_HOST, of DOCKER_CONTEXT, or of `docker context use`.
    """
    context = source.removeprefix(PREFIX)
    if not context and os.environ.get("DOCKER_HOST"):
        return _from_environment()
    return _of_context(context or os.environ.get("DOCKER_CONTEXT", ""))


def _from_environment() -> Address:
    from docker import utils
    from docker.errors import TLSParameterError

    try:
        found = utils.kwargs_from_env()
    except TLSParameterError as error:
        raise NoSwarm(f"TLS cannot be used: {_sentence(error)}", _TLS_HELP) from None
    return Address(os.environ["DOCKER_HOST"], found.get("tls", False))


_TLS_HELP = "check DOCKER_CERT_PATH and DOCKER_TLS_VERIFY"


def _of_context(name: str) -> Address:
    """
    The engine of a context; without a name, of the current one.

    The SDK can read contexts too. But where Docker has no `config.json`, it looks for them in the
    current folder, which may be anybody's.
    """
    from docker.errors import TLSParameterError

    folder = os.environ.get("DOCKER_CONFIG") or os.path.expanduser("~/.docker")
    name = name or str(_read(folder, "config.json").get("currentContext") or "")
    if name in ("", "default"):
        return _from_environment() if os.environ.get("DOCKER_HOST") else Address(_DEFAULT)
    identifier = sha256(name.encode()).hexdigest()
    endpoints = _read(folder, "contexts", "meta", identifier, "meta.json").get("Endpoints")
    if endpoints is None:
        raise NoSwarm(f"there is no context `{name}`", "`docker context ls` lists them")
    endpoint = endpoints.get(_ENDPOINT) if isinstance(endpoints, dict) else None
    if not isinstance(endpoint, dict):
        raise NoSwarm(f"context `{name}` has no Docker engine")
    tls = os.path.join(folder, "contexts", "tls", identifier, _ENDPOINT)
    try:
        return Address(str(endpoint.get("Host") or _DEFAULT), _tls_of(tls, endpoint))
    except (OSError, TLSParameterError) as error:
        raise NoSwarm(f"TLS of context `{name}` cannot be used: {_sentence(error)}") from None


def _read(*path: str) -> dict[str, Any]:
    """A file of Docker; empty if it is not there. Raises NoSwarm."""
    name = os.path.join(*path)
    try:
        with open(name, encoding="utf-8") as file:
            found = json.load(file)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise NoSwarm(f"{name} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, RecursionError):
        raise NoSwarm(f"{name} cannot be read: not JSON") from None
    if not isinstance(found, dict):
        raise NoSwarm(f"{name} cannot be read: not a JSON object")
    return found


def _tls_of(folder: str, endpoint: Mapping[str, Any]) -> Any:
    """How an engine is reached over TLS; False if the context has no certificates."""
    from docker import tls

    names = sorted(os.listdir(folder), reverse=True) if os.path.isdir(folder) else []
    found = {
        kind: os.path.join(folder, name)
        for name in names
        for kind in ("ca", "cert", "key")
        if name.startswith(kind)
    }
    if not found:
        return False
    skips = bool(endpoint.get("SkipTLSVerify", False))
    pair = (found["cert"], found["key"]) if "cert" in found and "key" in found else None
    return tls.TLSConfig(client_cert=pair, ca_cert=found.get("ca"), verify=not skips)


_ENDPOINT = "docker"


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text.rstrip(".")
