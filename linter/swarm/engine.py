"""An engine that answers: each call has a time limit, and each failure ends in one clear line."""

from __future__ import annotations

import errno
import json
import queue
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self, TypeVar

from linter.model.swarm import NoSwarm
from linter.model.words import LONGEST_QUOTED
from linter.swarm import ssh
from linter.swarm.address import address

_Answer = TypeVar("_Answer")

OLDEST = "1.30"
"""The oldest version of the API with all that is read: that of Docker 17.06, which has configs."""


class Refused(NoSwarm):
    """The engine answers, and refuses; `status` is that of HTTP, `words` what it says."""

    def __init__(self, reason: str, help_text: str, status: int, words: str) -> None:
        super().__init__(reason, help_text)
        self.status = status
        self.words = words


class Engine:
    """
    The engine that a source means. Raises NoSwarm, as does every call.

    `timeout` is the number of seconds that the engine has for each answer.
    """

    def __init__(self, source: str, timeout: float) -> None:
        self._address = address(source)
        self._timeout = timeout
        is_remote = self.host.startswith(ssh.PREFIX)
        self._tunnel = ssh.Tunnel(self.host) if is_remote else None
        self._clients: list[Any] = []
        self._adapter: Any = None
        try:
            self._api = self._connected()
        except BaseException:
            self._close()
            raise

    def _connected(self) -> Any:
        """A client that speaks the version of the engine."""
        probe = self._ask(lambda: self._client(OLDEST))
        version = self._mapping(lambda: probe.version(api_version=False)).get("ApiVersion")
        if not (isinstance(version, str) and re.fullmatch(_VERSION, version)):
            raise self._strange()
        if _number(version) < _number(OLDEST):
            reason = f"the engine at {self.host} has version {version} of the API"
            raise NoSwarm(f"{reason}, and {OLDEST} is needed", "use Docker 17.06 or newer")
        return self._ask(lambda: self._client(version))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        for each in self._clients:
            each.close()
        if self._tunnel is not None:
            self._tunnel.close()

    def _client(self, version: str) -> Any:
        """A client of the SDK; with a version, it asks for nothing by itself."""
        from docker.errors import DockerException  # slow to import, and rarely needed

        from linter.swarm.connections import Client, OneConnection

        timeout: Any = self._timeout  # it takes fractions too
        host, tls = self._address
        if self._tunnel is not None:
            host = self._tunnel.host
        try:
            client = Client(host, version, timeout, tls)
        except DockerException as error:
            raise self._no_address(error) from None
        self._clients.append(client)
        if host.startswith("unix://"):
            self._adapter = self._adapter or OneConnection(f"http+{host}", timeout)
            client.mount("http+docker://", self._adapter)
        if tls:
            client.trust_env = False  # REQUESTS_CA_BUNDLE would replace the CA of the engine
            if not client.verify:  # as the context asks for
                import urllib3

                urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        return client

    @property
    def host(self) -> str:
        """Where it is, as Docker writes it."""
        return self._address.host

    def services(self) -> list[dict[str, Any]]:
        """All services as they are stored, without defaults."""
        return self._list(self._api.services)

    def service(self, identifier: str) -> dict[str, Any]:
        """One service as it is stored."""
        return self._mapping(lambda: self._api.inspect_service(identifier))

    def networks(self) -> list[dict[str, Any]]:
        return self._list(self._api.networks)

    def network(self, identifier: str) -> dict[str, Any]:
        """A network that the list may lack: those that each node has, such as `host`."""
        return self._mapping(lambda: self._api.inspect_network(identifier))

    def secrets(self) -> list[dict[str, Any]]:
        return self._list(self._api.secrets)

    def tasks(self) -> list[dict[str, Any]]:
        """The tasks that should run, now or after a pause before they are tried again."""
        filters = {"desired-state": ["running", "ready"]}
        return self._list(lambda: self._api.tasks(filters=filters))

    def configs(self) -> list[dict[str, Any]]:
        """All configs with their content."""
        return self._list(self._api.configs)

    def config(self, identifier: str) -> dict[str, Any]:
        """A config with its content."""
        return self._mapping(lambda: self._api.inspect_config(identifier))

    def events(self) -> Iterator[bytes]:
        """
        Something for whatever happens to services, containers and nodes; without a time limit.

        The SDK has that too, but takes a refusal for an event, and keeps one that never ends.
        """
        stream = self._ask(self._events).iter_content(_PIECE)
        while True:
            try:
                yield next(stream)
            except StopIteration:
                return
            except Exception as error:  # noqa: BLE001 - as in `_ask`
                raise self._failure(error) from None

    def _events(self) -> Any:
        from docker.errors import create_api_error_from_http_exception
        from requests import HTTPError

        filters = json.dumps({"type": ["service", "container", "node"]})
        url = f"{self._api.base_url}/v{self._api.api_version}/events"
        limits = (self._timeout, None)
        answer = self._api.get(url, params={"filters": filters}, stream=True, timeout=limits)
        try:
            answer.raise_for_status()
        except HTTPError as error:
            create_api_error_from_http_exception(error)
        return answer

    def update_labels(self, stored: Mapping[str, Any], labels: Mapping[str, str]) -> None:
        """
        Replace the labels of a service, and nothing else.

        All parts of the specification are sent back as they are stored: whatever is left out or
        written out anew counts as a change, and replaces all tasks. The engine refuses it if the
        service is no longer at the version that was read.
        """
        spec = stored["Spec"]
        self._ask(
            lambda: self._api.update_service(
                stored["ID"],
                stored["Version"]["Index"],
                name=spec["Name"],
                labels=dict(labels),
                task_template=spec["TaskTemplate"],
                mode=spec["Mode"],
                update_config=spec.get("UpdateConfig"),
                rollback_config=spec.get("RollbackConfig"),
                endpoint_spec=spec.get("EndpointSpec"),
            )
        )

    def _list(self, call: Callable[[], Any]) -> list[dict[str, Any]]:
        answer = self._ask(call)
        if answer is None:
            return []
        if not isinstance(answer, list) or not all(isinstance(each, dict) for each in answer):
            raise self._strange()
        return answer

    def _mapping(self, call: Callable[[], Any]) -> dict[str, Any]:
        answer = self._ask(call)
        if not isinstance(answer, dict):
            raise self._strange()
        return answer

    def _no_address(self, error: Exception) -> NoSwarm:
        reason = f"{self.host} cannot be used as the address of an engine: {_words(error).lower()}"
        return NoSwarm(reason, "write it as unix:///PATH, tcp://HOST:PORT or ssh://HOST")

    def _strange(self) -> NoSwarm:
        return NoSwarm(f"what answers at {self.host} is not a Docker engine")

    def _ask(self, call: Callable[[], _Answer]) -> _Answer:
        try:
            return _within(self._timeout, call)
        except NoSwarm:
            raise
        except Exception as error:  # noqa: BLE001 - the SDK lets those of its libraries through
            raise self._failure(error) from None

    def _failure(self, error: Exception) -> NoSwarm:
        """What an exception of the SDK means, in one line."""
        from docker.errors import APIError

        from linter.swarm.connections import Unacceptable

        if isinstance(error, APIError):
            return self._refusal(error)
        if isinstance(error, Unacceptable):
            return NoSwarm(str(error).replace("HOST", self.host))
        causes = list(_causes(error))
        for cause in causes:
            if isinstance(cause, ssl.SSLError):
                return NoSwarm(f"TLS fails at {self.host}: {_ssl(cause)}", _TLS)
        if any(type(cause).__name__ in _TIMEOUTS for cause in causes):
            reason = f"no answer from {self.host} within {self._timeout:g} s"
            return NoSwarm(reason, "raise --timeout if the engine is slow")
        for cause in causes:
            if isinstance(cause, OSError) and cause.errno:
                return self._unreachable(cause)
        if isinstance(error, ValueError):
            return self._strange()
        reason = f"the engine at {self.host} does not answer: {_words(causes[-1])}"
        return NoSwarm(reason, self._remote_help)

    @property
    def _remote_help(self) -> str:
        """How to see what `ssh` says, which is not in what comes through it."""
        is_remote = self.host.startswith(ssh.PREFIX)
        return f"try `docker -H {self.host} version`" if is_remote else ""

    def _unreachable(self, error: OSError) -> NoSwarm:
        if error.errno in (errno.EACCES, errno.EPERM):
            reason = f"no permission to use {self.host}"
            return NoSwarm(reason, "run as a user who may use Docker, or through a read-only proxy")
        if error.errno in (errno.ENOENT, errno.ECONNREFUSED):
            reason = f"no engine listens at {self.host}"
            return NoSwarm(reason, "start Docker, or set DOCKER_HOST or a context")
        reason = f"the engine at {self.host} cannot be reached"
        words = (error.strerror or str(error)).lower()
        return NoSwarm(f"{reason}: {words}", self._remote_help)

    def _refusal(self, error: Any) -> NoSwarm:
        words, status = _words(error.explanation or ""), error.response.status_code
        if not words or words.startswith("<"):  # a page of a proxy
            words = f"{status} {error.response.reason}"
        lower = words.lower()
        if "not a swarm manager" in lower or "not part of a swarm" in lower:
            if "worker nodes" in lower:
                return NoSwarm(
                    f"the engine at {self.host} is a worker of a swarm, and only managers answer",
                    "name a context of a manager",
                )
            return NoSwarm(
                f"the engine at {self.host} is not in a swarm",
                "name a context of a manager, or run `docker swarm init`",
            )
        if "http request to an https server" in lower:
            return NoSwarm(f"the engine at {self.host} wants TLS", _TLS)
        if status in (401, 403):
            reason = f"not allowed at {self.host}: {words}"
            return Refused(reason, "docs/swarm.md lists the rights that are needed", status, words)
        return Refused(f"the engine at {self.host} refuses: {words}", "", status, words)


def _within(seconds: float, call: Callable[[], _Answer]) -> _Answer:
    """
    What a call returns. Raises TimeoutError if that takes longer.

    The limit of the SDK is for each part of an answer, however many come. A call that takes longer
    is left to itself.
    """
    answers = queue.SimpleQueue[tuple[_Answer, None] | tuple[None, BaseException]]()

    def run() -> None:
        try:
            answers.put((call(), None))
        except BaseException as error:  # noqa: BLE001 - the thread that waits raises it
            answers.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        found = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if found[1] is not None:
        raise found[1]
    return found[0]


_VERSION = r"[0-9]{1,4}\.[0-9]{1,4}"

_PIECE = 512
"""Bytes of a stream; it is not waited for more if there are some."""

_TLS = "check the certificates of the context, or DOCKER_TLS_VERIFY and DOCKER_CERT_PATH"

_TIMEOUTS = frozenset(
    {"ReadTimeout", "ConnectTimeout", "ReadTimeoutError", "ConnectTimeoutError", "TimeoutError"}
)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and those it comes from; libraries also keep them in arguments."""
    pending, known = [error], set[int]()
    while pending:
        each = pending.pop(0)
        if id(each) in known:
            continue
        known.add(id(each))
        yield each
        linked = (each.__cause__, each.__context__, getattr(each, "reason", None), *each.args)
        pending += (other for other in linked if isinstance(other, BaseException))


def _ssl(error: ssl.SSLError) -> str:
    words = getattr(error, "verify_message", "") or (error.reason or str(error)).lower()
    place = r"\s*\(_ssl\.c:[0-9]+\)"  # in Python's own source
    return _words(re.sub(place, "", words)).replace("_", " ")


def _words(error: object) -> str:
    words = " ".join(str(error).split()).rstrip(".")
    return words if len(words) <= LONGEST_QUOTED else f"{words[: LONGEST_QUOTED - 1]}…"


def _number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
