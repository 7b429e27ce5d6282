"""Spoils data from another program: something odd stands in one place of it, or is missing."""

import copy


def spoiled(data, odd):
    """The data with each odd value in each place, and without what is there, one at a time."""
    for *path, last in places(data):
        for value in (*odd, ...):
            changed = copy.deepcopy(data)
            parent = changed
            for key in path:
                parent = parent[key]
            if value is ...:
                del parent[last]
            else:
                parent[last] = value
            yield changed


def places(data, path=()):
    """The keys that lead to each place."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))
