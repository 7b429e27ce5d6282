"""What a plan says in sentences, the same in text and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from linter.checking.comparison import Comparison
from linter.model.deployed import Setting
from linter.model.words import listed, percent, quoted, some
from linter.report.lines import count
from linter.routing.differences import Difference
from linter.routing.events import Tasks
from linter.routing.rollout import Times
from linter.routing.route_changes import RowChange, Standing
from linter.routing.routes import Mode
from linter.routing.service_changes import Action, ServiceChange, Verdict
from linter.routing.stack_changes import ObjectChange

SIGNS = {Action.CREATE: "+", Action.DELETE: "-", Action.UPDATE: "~"}

_OTHER = {Mode.TASK: Mode.VIP, Mode.VIP: Mode.TASK}


def times(number: Times) -> str:
    """`never`, `once`, `4 to 8 times`, `at least once`."""
    least, most = number
    if most is None:
        return f"at least {_times(least)}" if least else "an unknown number of times"
    if least == most:
        return _times(least)
    if (least, most) == (1, 2):
        return "once or twice"
    return f"up to {_times(most)}" if least == 0 else f"{least:,} to {most:,} times"


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number:,} times")


def difference(each: Difference) -> str:
    """The setting that differs, with the names in it."""
    name = each.setting.display_name
    doubt = "" if each.certain else ", depending on values that are not known"
    if each.old or each.new:
        return f"{name}: {each.old or 'none'} -> {each.new or 'none'}{doubt}"
    if each.reordered:
        return f"order of {name}s{doubt}"
    parts = [
        f"{sign} {label}"
        for sign, names in (("+", each.added), ("-", each.removed), ("~", each.changed))
        for label in _most(list(filter(None, names)))
    ]
    return f"{name}: {', '.join(parts)}{doubt}" if parts else f"{name}{doubt}"


def _most(names: Sequence[str]) -> list[str]:
    """The first few names; a label without the prefix that all of them have."""
    shown = [each.removeprefix("com.docker.lb.") for each in names[:_MOST_NAMES]]
    more = len(names) - _MOST_NAMES
    return [*shown, *([f"{more:,} more"] if more > 0 else [])]


_MOST_NAMES = 8


def tasks(change: ServiceChange) -> str:
    """What happens to the tasks of a service."""
    if change.refusal:
        return "unchanged, because the engine refuses the change"
    old, new = (each.service.tasks if each else 0 for each in (change.old, change.new))
    if change.action is Action.CREATE:
        return f"{_all(new)} started"
    if change.action is Action.DELETE:
        return f"{_all(old)} stopped"
    if change.tasks is Tasks.NONE:
        return "unchanged"
    if change.tasks is Tasks.UNKNOWN:
        return "replaced or unchanged, depending on what the files do not say"
    if change.tasks is Tasks.ALL:
        then = "" if old == new or new is None else f", {new} afterwards"
        return f"{_all(old)} replaced{then}"
    if old is None or new is None:
        return "some started or stopped"
    return f"{abs(new - old):,} {'started' if new > old else 'stopped'}"


def _all(number: int | None) -> str:
    if number is None:
        return "all"
    return {0: "none", 1: "1"}.get(number, f"all {number:,}")


def proxy(change: ServiceChange) -> str:
    """How often the proxy is reconfigured, in the mode of the service and in the other."""
    if change.refusal:
        return "not reconfigured"
    if not change.is_routed:
        return "not reconfigured, because no host is routed to the service"
    mode = change.mode
    if mode is None:
        task, vip = _verdict(change.task), _verdict(change.vip)
        return f"in task mode {task}; in VIP mode {vip}"
    other = _OTHER[mode]
    return f"{_verdict(change.now)}; in {other.display_name} {_verdict(change.in_mode(other))}"


def because(change: ServiceChange) -> str:
    """Why the proxy is reconfigured, in the mode of the service; empty if it is not."""
    verdict = change.now
    if verdict.reconfigured is False:
        return ""
    if not verdict.settings:
        return f"because the service is {'deleted' if change.action is Action.DELETE else 'new'}"
    names = dict.fromkeys(each.display_name for each in verdict.settings)
    return f"because of {listed(list(names))}"


def addresses(change: ServiceChange) -> Iterator[str]:
    """Where the virtual IP of a service appears and vanishes."""
    for verb, networks in (("appears", change.appeared), ("vanishes", change.vanished)):
        if networks:
            yield f"{verb} on {', '.join(networks)}"


def _verdict(verdict: Verdict) -> str:
    basis = f" ({verdict.basis})"
    if verdict.reconfigured is False:
        return f"not reconfigured{basis}"
    doubt = "may be reconfigured" if verdict.reconfigured is None else "reconfigured"
    return f"{doubt} {times(verdict.times)}{basis}"


def mode(change: ServiceChange) -> str:
    """The mode of a service, before and after if that changes."""
    if any(each.setting is Setting.BACKEND_MODE for each in change.differences):
        return f"now in {_mode(change.mode)}"
    return f"in {_mode(change.mode)}"


def _mode(found: Mode | None) -> str:
    return found.display_name if found else "a mode that is not known"


def objects(each: ObjectChange) -> str:
    """What happens to a config, secret or network that changes."""
    name = quoted(each.name)
    if not each.is_refused:
        return f"options of network {name}: ignored, because the network exists already"
    kind = each.setting.display_name
    if each.certain:
        return f"{kind} {name}: refused, because it cannot change under the same name"
    return f"{kind} {name}: refused if it changed; its file was not read"


def standing(each: Standing | None) -> str:
    """The share of a service on a host."""
    if each is None:
        return "none"
    return "?" if each.share is None else percent(each.share)


def row(each: RowChange, *, several: bool) -> tuple[str, str]:
    """A service on a host, and its share before and after."""
    name = f"{each.service} in {each.stack}" if several else each.service
    lost = ", sticky sessions lost" if each.loses_sessions else ""
    before, after = standing(each.old), standing(each.new)
    return name, f"{before}{lost}" if before == after else f"{before} -> {after}{lost}"


def summary(report: Comparison) -> str:
    """How much changes, and how often that reconfigures the proxy."""
    now = report.total()
    unjudged = f"{len(report.unjudged):,} not judged; " if report.unjudged else ""
    if not now.services and not any(report.stacks):
        return f"{unjudged}no changes"
    verb = "changes" if now.services == 1 else "change"
    line = f"{count(now.services, 'service')} {verb}"
    if report.is_refused:
        line += "; the deployment stops where the engine refuses a change"
    if not now.reconfiguring:
        line += "; the proxy is not reconfigured"
    else:
        word = "may be" if now.times.least == 0 else "is"
        some = now.reconfiguring < now.services
        because = f" because of {now.reconfiguring:,} of them" if some else ""
        line += f"; the proxy {word} reconfigured {times(now.times)}{because}"
    return f"{unjudged}{line}{_other_mode(report)}"


def _other_mode(report: Comparison) -> str:
    """How often it would be if all services were in the other mode."""
    modes = {each.mode for each in report.services if each.is_routed}
    if len(modes) != 1 or (found := modes.pop()) is None:
        if not modes:
            return ""
        task, vip = (report.total(each).times for each in (Mode.TASK, Mode.VIP))
        return f"; all in task mode {times(task)}, all in VIP mode {times(vip)}"
    other = _OTHER[found]
    return f"; in {other.display_name} {times(report.total(other).times)}"


def notes(report: Comparison) -> Iterator[str]:
    """What else happens, and what the files do not tell; each as a sentence."""
    services = list(report.services)
    if report.restarts:
        yield (
            f"The proxies restart, despite `HitlessServiceUpdate`: {listed(list(report.restarts))}."
        )
    if deleted := [each.name for each in services if each.action is Action.DELETE]:
        names = some(list(map(quoted, deleted)))
        keep = "keeps its routes" if len(deleted) == 1 else "keep their routes"
        yield (
            f"Without `docker stack deploy --prune`, or `docker service rm`, {names} "
            f"{'stays' if len(deleted) == 1 else 'stay'} and {keep}."
        )
    if report.variables:
        names = some([f"`${{{each}}}`" for each in report.variables])
        yield f"The values of {names} are not known, and taken to be the same on both sides."
    if report.unread:
        files = count(report.unread, "file")
        yield f"The content of {files} named in the stacks could not be read or compared."
    if report.untold:
        names = some([f"{each.setting.display_name} {quoted(each.name)}" for each in report.untold])
        them = "it" if len(report.untold) == 1 else "each of them"
        yield (
            f"The {names} {'is' if len(report.untold) == 1 else 'are'} not known, so not compared; "
            f"the engine refuses {them} if it changed."
        )
    if services:
        others = "" if report.is_running else ", nor changes that were made to the running services"
        yield (
            "The files do not show whether a tag was moved in the registry, which replaces all "
            f"tasks unless `--resolve-image` is `changed` or `never`{others}."
        )
    if any(each.is_routed and each.mode is not Mode.VIP for each in services):
        yield (
            "In task mode, the proxy is also reconfigured whenever a task fails or moves to "
            "another node; in VIP mode it is not."
        )
