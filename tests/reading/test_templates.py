"""Templates of stack files, from the command line: what is judged, and where it is said."""

import json

import pytest

STACK = """\
services:
  web:
    image: nginx:{{ version }}
    networks:
      - {{ net }}
    deploy:
{% if env == 'prod' %}
      replicas: {{ replicas }}
{% endif %}
      labels:
        com.docker.lb.hosts: "{{ host }}"
{% if tls %}
        com.docker.lb.port: 8443
{% else %}
        com.docker.lb.port: 80800
{% endif %}
        com.docker.lb.network: {{ net }}

networks:
  {{ net }}:
    external: true
"""


def findings(run, *arguments):
    """Each finding as path, line, rule and the lines that its notes point at."""
    _, out, _ = run("check", "--isolated", "-f", "json", *arguments)
    report = json.loads(out)
    return [
        (
            each["path"],
            each["span"]["start"]["line"],
            each["rule"],
            [note["span"]["start"]["line"] for note in each["notes"]],
        )
        for each in report["diagnostics"]
    ]


def reasons(run, *arguments):
    _, out, _ = run("check", "--isolated", "-f", "json", *arguments)
    return [(each["reason"], each["span"]["start"]["line"]) for each in json.loads(out)["unjudged"]]


def test_each_branch_is_judged(workspace, run):
    workspace({"stack.yml.j2": STACK})

    assert [("stack.yml.j2", 15, "invalid-value", [])] == findings(run, "stack.yml.j2")


def test_a_finding_says_in_which_branch(workspace, run):
    workspace({"stack.yml.j2": STACK.replace("        com.docker.lb.port: 80800\n", "")})

    assert [("stack.yml.j2", 11, "missing-port", [14])] == findings(run, "stack.yml.j2")
    assert "14 | {% else %}\n   | ---------- found only where this applies" in run(
        "check", "stack.yml.j2"
    )[1].replace("...\n", "")


def test_a_branch_without_a_tag_is_one_too(workspace, run):
    text = STACK.replace("{% else %}\n        com.docker.lb.port: 80800\n", "")
    workspace({"stack.yml.j2": text})
    _, out, _ = run("check", "stack.yml.j2")

    assert [("stack.yml.j2", 11, "missing-port", [12])] == findings(run, "stack.yml.j2")
    assert "found only where this does not apply" in out


def test_a_finding_in_all_branches_is_reported_once(workspace, run):
    workspace({"stack.yml.j2": STACK.replace("lb.network:", "lb.netwrok:")})
    found = [each for each in findings(run, "stack.yml.j2") if each[2] == "misspelt-label"]

    assert [("stack.yml.j2", 17, "misspelt-label", [])] == found


def test_files_and_services_are_counted_once(workspace, run):
    workspace({"stack.yml.j2": STACK})
    summary = json.loads(run("check", "-f", "json", "stack.yml.j2")[1])["summary"]
    routes = json.loads(run("routes", "-f", "json", "stack.yml.j2")[1])
    listed = json.loads(run("labels", "list", "stack.yml.j2", "-f", "json")[1])

    assert (1, 1, 1) == tuple(summary[each] for each in ("files", "stacks", "services"))
    assert 1 == len(routes["routes"])
    assert [["8443", "80800"]] == [
        [each["value"] for each in service["labels"] if each["label"].endswith("port")]
        for service in listed["services"]
    ]


def test_labels_that_cannot_be_seen_are_mentioned(workspace, run):
    workspace({"stack.yml.j2": one(" {{ labels }}")})

    assert (
        "  there may be more that cannot be seen here\n" in run("labels", "list", "stack.yml.j2")[1]
    )


def test_alternatives_are_not_compared_with_each_other(workspace, run):
    workspace({"stack.yml.j2": STACK, "other.stack.yml": STACK_WITH_SAME_HOST})
    rules = {each[2] for each in findings(run, ".")}

    assert "host-in-two-stacks" not in rules


STACK_WITH_SAME_HOST = """\
services:
  other:
    image: nginx
    deploy:
      labels:
        com.docker.lb.hosts: other.example.com
        com.docker.lb.port: 80
"""


def test_a_host_shared_in_one_branch_is_found(workspace, run):
    template = STACK_WITH_SAME_HOST.replace(
        "hosts: other.example.com",
        "hosts: {% if x %}first.example.com{% else %}other.example.com{% endif %}",
    )
    workspace({"a.stack.yml.j2": template, "b.stack.yml": STACK_WITH_SAME_HOST})

    assert [("b.stack.yml", "host-in-two-stacks")] == [
        (path, rule) for path, _, rule, _ in findings(run, ".") if rule == "host-in-two-stacks"
    ]


CORRELATED = """\
services:
  web:
    image: nginx
    deploy:
      labels:
        com.docker.lb.hosts: a.example.com
{{% if {0} %}}
        com.docker.lb.port: 80
{{% endif %}}
{{% if {1} %}}
        com.docker.lb.port: 81
{{% endif %}}
"""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x", "not x"),
        ("not x", "x"),
        ("x", "not (x)"),
        ("env == 'a'", 'env == "b"'),
        ("env == 'a'", "env != 'a'"),
        ("x is defined", "x is not defined"),
        ("x is defined", "x is undefined"),
        ("a in b", "a not in b"),
        ("x and y", "not x"),
        ("x", "anything_else"),
    ],
)
def test_conditions_that_exclude_each_other_are_no_duplicates(workspace, run, one, other):
    workspace({"stack.yml.j2": CORRELATED.format(one, other)})

    assert "duplicate-key" not in {each[2] for each in findings(run, "stack.yml.j2")}


def test_a_key_that_is_always_there_and_one_in_a_branch_are_duplicates(workspace, run):
    text = CORRELATED.format("x", "y").replace("{% if x %}\n", "").replace("{% endif %}\n", "", 1)
    workspace({"stack.yml.j2": text})

    assert [("stack.yml.j2", 9, "duplicate-key", [7])] == findings(run, "stack.yml.j2")


def test_conditions_that_are_one_after_the_other_do_not_multiply(workspace, run):
    many = "".join(
        f"{{% if c{n} %}}\n        com.example.l{n}: 1\n{{% else %}}\n        com.example.m{n}: "
        "2\n{% endif %}\n"
        for n in range(200)
    )
    workspace({"stack.yml.j2": CORRELATED.format("x", "y") + many})
    status, out, err = run("check", "-f", "concise", "stack.yml.j2")

    assert (1, "") == (status, err)
    assert "missing-port" in out


def test_more_branches_than_are_judged(workspace, run):
    many = "".join(f"{{% elif x == {n} %}}\n    image: x{n}\n" for n in range(70))
    text = f"services:\n  web:\n{{% if x == 'x' %}}\n    image: x\n{many}{{% endif %}}\n"
    workspace({"stack.yml.j2": text})

    assert [("the template has more than 64 branches beside each other", 131)] == reasons(
        run, "stack.yml.j2"
    )


# -- What an expression can be -------------------------------------------------------------------


def one(value, *labels):
    """A stack with a service that has everything that it needs, but for these lines of labels."""
    lines = "".join(f"        {label}\n" for label in labels)
    return f"services:\n  web:\n    image: nginx\n    deploy:\n      labels:{value}\n{lines}"


HOST, PORT = "com.docker.lb.hosts: a.example.com", "com.docker.lb.port: 80"


@pytest.mark.parametrize(
    "text",
    [
        one(" {{ labels | to_nice_yaml | indent(8) }}"),
        one("\n        {{ labels | to_nice_yaml | indent(8) }}"),
        one("", HOST, "{{ labels | to_nice_yaml | indent(8) }}"),
        one("", HOST).rstrip(" ") + "{{ labels | indent(8, true) }}\n",
        one("", HOST).rstrip(" ") + "{{ labels | indent(width=8, first=True) }}\n",
        one("", "- com.docker.lb.hosts=a.example.com", "- {{ more }}"),
        one("", "- com.docker.lb.hosts=a.example.com", "{{ more }}"),
        one("", HOST, "{% include 'labels.j2' %}"),
        one("", HOST, "{{ key }}: 80"),
        one("", HOST, "com.docker.lb.{{ key }}: 80"),
        one("", HOST, "{% for key in keys %}", "com.docker.lb.{{ key }}: 80", "{% endfor %}"),
        one("", HOST, "<<: {{ more }}"),
        one("", HOST, "{% filter indent(8) %}", "x", "{% endfilter %}"),
        one("", HOST, "{% if x %}com.docker.lb.port: 80{% endif %}"),
    ],
)
def test_labels_that_cannot_be_seen_may_be_there(workspace, run, text):
    workspace({"stack.yml.j2": text})

    assert ([], []) == (findings(run, "stack.yml.j2"), reasons(run, "stack.yml.j2"))


@pytest.mark.parametrize(
    "line",
    [
        "replicas: {{ n }}",
        "replicas: {{ n | int }}",
        "replicas: {% if x %}3{% else %}2{% endif %}",
        "replicas: 1{{ n }}",
        "update_config: {{ update }}",
        "update_config: {parallelism: {{ n }}, delay: {{ seconds }}s, order: {{ order }}}",
        "resources: {limits: {cpus: '{{ cpus }}', memory: {{ megabytes }}M}}",
        "placement: {constraints: {{ constraints }}}",
        "placement: {max_replicas_per_node: {{ n }}}",
        "{{ more | indent(6) }}",
        "restart_policy: {max_attempts: {{ n }}, condition: {{ condition }}}",
    ],
)
def test_values_of_any_type_are_not_refused(workspace, run, line):
    text = one("", HOST, PORT).replace("deploy:\n", f"deploy:\n      {line}\n")
    workspace({"stack.yml.j2": text})

    assert ([], []) == (findings(run, "stack.yml.j2"), reasons(run, "stack.yml.j2"))


@pytest.mark.parametrize(
    "line",
    [
        "ports: ['{{ port }}:9000']",
        "ports: {{ ports }}",
        "ports:\n      - target: {{ port }}\n        published: {{ port }}",
        "ports:\n      - {{ port }}:{{ port }}",
        "networks: {{ networks }}",
        "networks:\n      {{ networks | to_nice_yaml }}",
        "networks:\n      - {{ network }}",
        "{{ network }}: x",
        "read_only: {{ flag }}",
        "healthcheck: {test: {{ test }}, interval: {{ n }}s, retries: {{ n }}, disable: {{ x }}}",
        "environment: {{ environment }}",
        "environment:\n      A: {{ a }}\n{% for k in more %}\n      {{ k }}: x\n{% endfor %}",
        "volumes: [{{ path }}/{{ name }}:/data:ro, '{{ a }}:{{ b }}']",
        "stop_grace_period: {{ n }}",
        "command: echo {% for each in list %}-d {{ each }} {% endfor %}",
        "command: |\n      {% if x %}\n      {{ a }}\n      {% endif %}\n      {{ b }}",
        "logging: {driver: {{ x }}, options: {{ y }}}",
        'hostname: "{% raw %}{{.Node.Hostname}}{% endraw %}"',
        "hostname: \"{{ '{{' }}.Task.Slot{{ '}}' }}\"",
        'hostname: "{{.Node.Hostname}}-{{ .Task.Slot }}"',
        "hostname: {{ {'a': {'b': 1}} | to_json }}",
        "hostname: web{# a comment #}-1",
        "ulimits: {nofile: {{ n }}}",
        "sysctls: {{ sysctls }}",
        "configs:\n      - source: {{ name }}\n        target: /x\n        mode: {{ mode }}",
    ],
)
def test_settings_of_any_type_are_not_refused(workspace, run, line):
    text = one("", HOST, PORT).replace("image: nginx\n", f"image: nginx\n    {line}\n")
    workspace({"stack.yml.j2": text})

    assert ([], []) == (findings(run, "stack.yml.j2"), reasons(run, "stack.yml.j2"))


def test_a_quoted_expression_is_a_string(workspace, run):
    text = one("", HOST, PORT).replace("deploy:\n", 'deploy:\n      replicas: "{{ n }}"\n')
    workspace({"stack.yml.j2": text})

    assert [("stack.yml.j2", 5, "refused-value", [])] == findings(run, "stack.yml.j2")


def test_services_in_loops_are_read(workspace, run):
    workspace(
        {
            "stack.yml.j2": """\
services:
{% for each in services %}
  {{ each.name }}:
    image: nginx
    deploy:
      labels:
        com.docker.lb.hosts: "{{ each.host }}"
        com.docker.lb.prot: 80
{% endfor %}
{% for each in others %}
  {{ each.name }}:
    image: nginx
    deploy:
      labels:
        com.docker.lb.prot: 81
{% endfor %}
"""
        }
    )
    found = [each[:3] for each in findings(run, "stack.yml.j2") if each[2] == "misspelt-label"]
    _, out, _ = run("labels", "list", "stack.yml.j2")

    assert [
        ("stack.yml.j2", 8, "misspelt-label"),
        ("stack.yml.j2", 15, "misspelt-label"),
    ] == found
    assert out.startswith("{{ each.name }}  stack.yml.j2:3\n  hosts ")


def test_networks_with_unknown_names(workspace, run):
    """Expressions of equal length are different names, equal ones are the same."""
    text = one("", HOST, PORT, "com.docker.lb.network: {{ net_a }}").replace(
        "    deploy", "    networks:\n      - {{ net_a }}\n      - {{ net_b }}\n    deploy"
    )
    networks = "networks:\n  {{ net_a }}: {}\n  {{ net_b }}: {}\n"
    workspace({"stack.yml.j2": text + networks})

    assert [] == findings(run, "stack.yml.j2")


def test_a_known_network_may_be_declared_by_an_expression(workspace, run):
    text = one("", HOST, PORT).replace("    deploy", "    networks: [proxy]\n    deploy")
    for networks in ("{{ net }}: {}", "{{ networks | to_nice_yaml | indent(2) }}", "x: {}"):
        workspace({"stack.yml.j2": f"{text}networks:\n  {networks}\n"})
        rules = {each[2] for each in findings(run, "stack.yml.j2")}

        assert ("undeclared-network" in rules) == (networks == "x: {}")


# -- What cannot be read -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{% if x %}", "`{% if %}` has no end"),
        ("{% endif %}", "`{% endif %}` ends nothing"),
        ("{% if x %}{% endfor %}", "`{% endfor %}` ends nothing"),
        ("image: {{ x", "`{{` is not closed"),
        ("{# a", "`{#` is not closed"),
        ("{% raw %}", "`{% raw %}` has no end"),
    ],
)
def test_what_is_no_template_is_not_judged(workspace, run, line, reason):
    workspace({"stack.yml.j2": f"services:\n  web:\n    image: x\n{line}\n"})

    assert [(reason, 4)] == reasons(run, "stack.yml.j2")
    assert 3 == run("check", "stack.yml.j2")[0]


def test_what_becomes_no_yaml_is_not_judged(workspace, run):
    workspace({"stack.yml.j2": STACK.replace("{% else %}\n", "{% else %}\n  x\n - y: z\n")})

    assert [16] == [line for _, line in reasons(run, "stack.yml.j2")]


def test_private_characters_are_not_taken_for_expressions(workspace, run):
    workspace({"stack.yml.j2": STACK + "# \U00100000\n"})

    assert [("U+100000 is a character for private use, which cannot be read here", 22)] == reasons(
        run, "stack.yml.j2"
    )


# -- Which files are templates -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["stack.yml", "x.jinja", "x.yml.jinja2", "stack.j2", "x.tpl"])
def test_a_template_is_recognized(workspace, run, name):
    workspace({name: STACK})

    for source in (name, "."):
        assert [(name, 15, "invalid-value", [])] == findings(run, source)


def test_standard_input_is_recognized(run, monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(STACK.encode())))

    assert [("<stdin>", 15, "invalid-value", [])] == findings(run, "-")


@pytest.mark.parametrize(
    "value",
    [
        "'{{.Node.Hostname}}'",
        '"{{ .Task.Slot }}-{{.Service.Name}}"',
        "'{{ index .Service.Labels \"x\" }}'",
        "'{{ $labels.instance }}'",
        "'{{ if .X }}a{{ else }}b{{ end }}'",
        "'{{range .X}}{{.}}{{end}}'",
        "'{{ json . }}'",
    ],
)
def test_the_templates_of_docker_are_no_jinja(workspace, run, value):
    text = one("", HOST, PORT).replace("deploy", f"hostname: {value}\n    deploy")
    text = text.replace("$labels", "$$labels")
    workspace({"stack.yml": text, "stack.yml.j2": text})

    assert [] == findings(run, "stack.yml")
    assert [] == findings(run, "stack.yml.j2")


TERRAFORM = """\
services:
  web:
    image: "nginx:${version}"
    environment:
      FOR_DOCKER: "$${HOME}"
    hostname: "{{.Node.Hostname}}"
    deploy:
      replicas: ${replicas}
      labels:
        com.docker.lb.hosts: "${join(",", [for h in hosts : "${h}.example.com"])}"
%{ if tls ~}
        com.docker.lb.port: 8443
%{ else ~}
        com.docker.lb.port: 80800
%{ endif ~}
%{ for key, value in extra ~}
        ${key}: "${value}"
%{ endfor ~}
"""


@pytest.mark.parametrize("name", ["stack.yml.tftpl", "stack.tpl", "x.tftpl"])
def test_a_terraform_template(workspace, run, name):
    workspace({name: TERRAFORM})

    assert [(name, 14, "invalid-value", [])] == findings(run, name)
    assert [] == reasons(run, name)


def test_the_variables_of_docker_are_not_those_of_terraform(workspace, run):
    """What is left of `$${X}` is a variable of Docker; `${x}` is not, whatever is in `.env`."""
    text = one("", "com.docker.lb.hosts: ${host}", PORT)
    workspace({"stack.yml.tftpl": text, "prod.env": "host=a_b\n"})

    assert [] == findings(run, "--env-file", "prod.env", "stack.yml.tftpl")


# -- Folders -------------------------------------------------------------------------------------


def test_a_file_that_only_mentions_a_label_is_passed_over(workspace, run):
    workspace(
        {
            "nginx.conf.j2": "# com.docker.lb.hosts {{ x }}\n",
            "notes.md": "Set `com.docker.lb.port`.\n",
            "stack.yml": one("", HOST, PORT),
        }
    )

    assert (0, "", "no findings in 1 file, 1 service\n") == swap(run("check", "."))


def swap(result):
    status, out, err = result
    return status, err, out


def test_a_named_file_without_a_stack_is_not_judged(workspace, run):
    workspace({"nginx.conf.j2": "# com.docker.lb.hosts {{ x }}\n"})
    status, _, err = run("check", "nginx.conf.j2")

    assert (3, True) == (status, "no stack found; it was read as a Jinja template" in err)
    assert 0 == run("check", "--allow-empty", "nginx.conf.j2")[0]


def test_a_folder_with_nothing_but_other_files(workspace, run):
    workspace({"nginx.conf.j2": "# com.docker.lb.hosts {{ x }}\n", "README.md": "x\n"})
    status, _, err = run("check", ".")

    assert (3, True) == (status, "no stack files found: 2 files of other forms contain none" in err)


# -- Comments ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "comment",
    [
        "# interlock-lint: ignore[misspelt-label] a reason",
        "{# interlock-lint: ignore[misspelt-label] a reason #}",
        "{#- interlock-lint: ignore[misspelt-label] a reason -#}",
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_comments_ignore_findings(workspace, run, comment, above):
    label = "com.docker.lb.prot: 80"
    lines = [comment, label] if above else [f"{label}  {comment}"]
    text = one("", HOST, PORT, *lines, "{% if x %}", "com.example.x: 1", "{% endif %}")
    workspace({"stack.yml.j2": text})
    summary = json.loads(run("check", "-f", "json", "stack.yml.j2")[1])["summary"]

    assert [] == findings(run, "stack.yml.j2")
    assert 1 == summary["ignored"]


def test_a_comment_above_a_tag_is_for_the_label_below_it(workspace, run):
    comment = "# interlock-lint: ignore[misspelt-label] a reason"
    text = one("", HOST, PORT, comment, "{% if x %}", "com.docker.lb.prot: 1", "{% endif %}")
    workspace({"stack.yml.j2": text})

    assert [] == findings(run, "stack.yml.j2")


# -- Changes -------------------------------------------------------------------------------------


def test_a_label_is_set_outside_of_branches(workspace, run):
    text = one("", HOST, "{% if x %}", PORT, "{% endif %}")
    folder = workspace({"stack.yml.j2": text})

    assert 0 == run("labels", "set", "stack.yml.j2", "web", "network=x", "--write", "--force")[0]
    added = f"{HOST}\n        com.docker.lb.network: x\n"
    assert text.replace(f"{HOST}\n", added) == (folder / "stack.yml.j2").read_text()


def test_a_label_is_changed_in_all_branches(workspace, run):
    folder = workspace({"stack.yml.j2": STACK})

    assert 0 == run("labels", "set", "stack.yml.j2", "web", "port=80", "--write")[0]
    assert (folder / "stack.yml.j2").read_text() == STACK.replace("80800", "80").replace(
        "8443", "80"
    )


def test_a_fix_in_one_branch(workspace, run):
    text = one("", HOST, PORT, "{% if x %}", "com.docker.lb.backend_mode: VIP", "{% endif %}")
    folder = workspace({"stack.yml.j2": text})

    assert 0 == run("fix", "--unsafe", "--write", "stack.yml.j2")[0]
    assert text.replace("VIP", "vip") == (folder / "stack.yml.j2").read_text()


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("com.docker.lb.port: {{ port }}", "the text to change is partly an expression"),
        ("{{ labels }}", "an expression of the template may set this label too"),
        ("{{ key }}: x", "an expression of the template may set this label too"),
        ("{% if x %}\n        com.docker.lb.port: 81\n{% endif %}", "in all branches"),
    ],
)
def test_what_would_change_the_template_itself_is_refused(workspace, run, label, reason):
    text = one("", HOST, label)
    folder = workspace({"stack.yml.j2": text})
    status, out, _ = run("labels", "set", "stack.yml.j2", "web", "port=80", "--write")

    assert (1, True) == (status, reason in " ".join(out.split()))
    assert text == (folder / "stack.yml.j2").read_text()


def test_a_role_is_migrated_and_patch_takes_what_is_printed(workspace, run):
    import subprocess

    path = "roles/web/templates/stack.yml.j2"
    text = one("", HOST, "{% if x %}", PORT, "{% endif %}")
    folder = workspace({path: text})
    status, out, _ = run("migrate", "--to", "vip", "roles/")
    patch = out[out.index("--- a/") :]
    subprocess.run(["patch", "-p1"], input=patch, text=True, cwd=folder, check=True)

    assert 1 == status
    assert (folder / path).read_text() == text.replace(
        f"{HOST}\n", f"{HOST}\n        com.docker.lb.backend_mode: vip\n"
    )
    assert 0 == run("migrate", "--to", "vip", "roles/")[0]


def test_a_service_that_cannot_be_migrated_in_one_branch_stays(workspace, run):
    text = one("", HOST, PORT, "{% if x %}", "com.docker.lb.ip_hash: 'true'", "{% endif %}")
    workspace({"stack.yml.j2": text})
    status, out, _ = run("migrate", "--to", "vip", "stack.yml.j2")

    assert (1, 1) == (status, out.count("VIP mode does not support the sticky sessions"))


def test_a_plan_compares_each_branch(workspace, run):
    workspace({"a.yml.j2": STACK, "b.yml.j2": STACK.replace("80800", "8080")})
    plan = json.loads(run("plan", "-f", "json", "a.yml.j2", "b.yml.j2")[1])
    same = json.loads(run("plan", "-f", "json", "a.yml.j2", "a.yml.j2")[1])

    assert [["web"]] == [[each["name"] for each in s["services"]] for s in plan["stacks"]]
    assert [] == same["stacks"]


def test_a_plan_over_commits_tells_branches_apart(workspace, run):
    import subprocess

    folder = workspace({"stack.yml.j2": STACK})
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"], ["tag", "a"]):
        subprocess.run([*git, *command], cwd=folder, check=True)
    workspace({"stack.yml.j2": STACK.replace("80800", "8080")})
    subprocess.run([*git, "commit", "-qam", "b"], cwd=folder, check=True)
    status, out, _ = run("plan", "-f", "json", "--log", "git:a..HEAD")

    assert (0, 1) == (status, json.loads(out)["summary"]["changes"])


def test_docker_is_not_asked_about_a_template(workspace, run):
    workspace({"stack.yml.j2": one("", HOST, PORT)})
    status, _, err = run("check", "--ask-docker", "stack.yml.j2")

    assert 0 != status
    assert "docker" in err.lower()


def test_an_environment_file_next_to_it_is_not_for_terraform(workspace, run):
    workspace({"x.tftpl": one("", "com.docker.lb.hosts: ${host}", PORT), ".env": "host=x\n"})

    assert [] == findings(run, "x.tftpl")
