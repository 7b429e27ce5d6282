"""Which services can switch modes: as if all shares were computed again after every round."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from support import service

from linter.reading.stack_reader import ReadOptions, read
from linter.routing import migration
from linter.routing.migration import Terms
from linter.routing.routes import Fleet, Mode
from linter.syntax.source import Source

SERVICES = st.lists(
    st.tuples(
        st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True),
        st.sampled_from([None, 0, 1, 1, 2, 3, 5, "${N}"]),
        st.sampled_from(["task", "task", "vip", "${MODE}"]),
        st.sampled_from([{}, {}, {}, {"ssl_passthrough": "true"}, {"default_backend": "true"}]),
    ),
    min_size=1,
    max_size=8,
)


def stack_of(services):
    texts = (
        service(
            f"s{number}",
            {"hosts": ",".join(hosts), "backend_mode": mode, **more},
            replicas=replicas,
        )
        for number, (hosts, replicas, mode, more) in enumerate(services)
    )
    return read([Source("stack.yml", "services:\n" + "".join(texts))], ReadOptions())


def largest_shift(route, switched, to):
    after = route.changed(lambda each: each._replace(mode=to) if each.name in switched else each)
    if route.undivided or not route.serving:
        return Fraction(0)
    one, other = route.requests(), after.requests()
    if not (one and other):
        return None
    return max(abs(b - a) for a, b in zip(one, other, strict=True))


def expected(stack, terms):
    """The services that are switched, and the shifts, by the definition."""
    fleet = Fleet()
    fleet.add(stack)
    switched = {
        str(each.name) for each in stack.services if migration._obstacle(each, terms) is None
    }
    while True:
        shifts = {
            route: largest_shift(route, switched, terms.to)
            for route in fleet.routes
            if any(each.name in switched for each in route.backends)
        }
        blocking = [r for r, most in shifts.items() if most is None or most > terms.allowed]
        if not blocking:
            return switched, list(shifts.values())
        switched -= {each.name for route in blocking for each in route.backends}


@given(SERVICES, st.sampled_from(Mode), st.sampled_from([0, 0, 5, 10, 20, 50, 100]))
def test_what_is_switched(services, to, allowed):
    stack = stack_of(services)
    terms = Terms(to, Fraction(allowed, 100))
    plan = migration.plan([stack], {id(each) for each in stack.services}, terms)

    switched = {change.service for changes in plan.changes for change in changes}
    assert (switched, [each.most for each in plan.shifts]) == expected(stack, terms)
    assert {str(each.name) for each in stack.services} == switched | {
        each.service for each in plan.not_done
    }
