"""Finds the engine that a source such as `swarm:` or `swarm:CONTEXT` means, as Docker does."""

from __future__ import annotations

import os
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
    from docker.context import ContextAPI
    from docker.errors import TLSParameterError

    shown = name or "the current context"
    try:
        context = ContextAPI.get_context(name or None)
    except TLSParameterError as error:
        raise NoSwarm(f"TLS of context `{shown}` cannot be used: {_sentence(error)}") from None
    except Exception as error:  # noqa: BLE001 - the SDK raises plain exceptions for broken files
        raise NoSwarm(f"context `{shown}` cannot be read: {_sentence(error)}") from None
    if context is None:
        raise NoSwarm(f"there is no context `{shown}`", "`docker context ls` lists them")
    host = str(context.Host or _DEFAULT).replace("http+unix://", "unix://")
    return Address(host, _tls_of(context))


def _tls_of(context: Any) -> Any:
    """
    How an engine is reached over TLS; False if the context has no certificates.

    The SDK uses those of a context only if a CA, a certificate and a key are there, and would talk
    to the engine without TLS otherwise.
    """
    from docker import tls

    folder = os.path.join(context.tls_path or "", _ENDPOINT)
    if not (context.tls_path and os.path.isdir(folder)):
        return False
    names = sorted(os.listdir(folder), reverse=True)
    found = {
        kind: os.path.join(folder, name)
        for name in names
        for kind in ("ca", "cert", "key")
        if name.startswith(kind)
    }
    if not found:
        return False
    skips = context.endpoints.get(_ENDPOINT, {}).get("SkipTLSVerify", False)
    pair = (found["cert"], found["key"]) if "cert" in found and "key" in found else None
    return tls.TLSConfig(client_cert=pair, ca_cert=found.get("ca"), verify=not skips)


_ENDPOINT = "docker"


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text.rstrip(".")
