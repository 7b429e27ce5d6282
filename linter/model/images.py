"""The names of images: whole, as engines compare them, and short, as Docker shows them."""

from __future__ import annotations

from linter.syntax.interpolation import Parts

_HUB, _OLD_HUB, _OFFICIAL = "docker.io/", "index.docker.io/", "library/"


def whole_name(image: Parts) -> Parts:
    """
    An image with its registry and tag: `web` is `docker.io/library/web:latest`.

    What depends on a variable stays as it is written.
    """
    if not image:
        return image
    last = image[-1]
    if isinstance(last, str):
        tail = last.rpartition("/")[2]
        if ":" not in tail and "@" not in tail:
            image = (*image[:-1], f"{last}:latest")
    start = image[0]
    return (_with_registry(start, image[1:]), *image[1:]) if isinstance(start, str) else image


def _with_registry(start: str, rest: Parts) -> str:
    """The text that an image starts with, with the registry."""
    goes_on = any("/" in part for part in rest if isinstance(part, str))
    host, slash, path = start.partition("/")
    if not slash:
        return start if goes_on else f"{_HUB}{_OFFICIAL}{start}"
    if f"{host}/" in (_HUB, _OLD_HUB):
        is_official = path and "/" not in path and not goes_on
        return f"{_HUB}{_OFFICIAL}{path}" if is_official else f"{_HUB}{path}"
    is_registry = any(each in host for each in ".:") or host == "localhost" or host != host.lower()
    return start if is_registry else f"{_HUB}{start}"


def short_name(image: str) -> str:
    """An image without the registry and the folder that Docker assumes."""
    name = image.removeprefix(_HUB)
    if name == image:
        return image
    path = name.removeprefix(_OFFICIAL)
    return name if "/" in path else path
