"""
Real files of people who deploy with Ansible, Terraform and scripts, if available.

Each row was made by looking at the file: what is to be read in it, or that there is nothing.
"""

import json
import os
from pathlib import Path

import pytest
from support import component

CORPUS = os.environ.get("INTERLOCK_LINT_CORPUS")

TEMPLATES = {
    "Armen8793__minio-ansible-swarm-traefik/roles/minio/templates/minio-compose.yml.j2": 4,
    "aS00Sa__docker-swarm-ansible/playbooks/roles/cert-manager/templates/cert-manager-stack.j2": 2,
    "aS00Sa__docker-swarm-ansible/playbooks/roles/traefik/templates/traefik-stack.j2": 1,
    "dzangolab__ansible-docker-swarmpit/templates/swarmpit.yml.j2": 4,
    "iamsanteri__ansible-swarm-cluster-sample/roles/docker_stack/templates/stack.yml.j2": 1,
    "sergey-gr__ansible-docker-swarm-cluster/roles/stacks/gitea/templates/gitea.yml.j2": 1,
    "sergey-gr__ansible-docker-swarm-cluster/roles/stacks/mgmt/templates/portainer.yml.j2": 2,
    "sergey-gr__ansible-docker-swarm-cluster/roles/stacks/mgmt/templates/traefik.yml.j2": 1,
}
"""Templates, and the number of services in each; they have labels of other programs only."""


def folder():
    component("corpus", CORPUS, "INTERLOCK_LINT_CORPUS names no folder of stack files")
    return Path(CORPUS) / "iac"


@pytest.mark.corpus
@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_judged(run, name):
    status, out, err = run("check", "--isolated", "--format", "json", folder() / name)
    report = json.loads(out)

    assert (0, "", [], []) == (status, err, report["diagnostics"], report["unjudged"])
    assert TEMPLATES[name] == report["summary"]["services"]


@pytest.mark.corpus
def test_every_template_has_a_row():
    found = {str(path.relative_to(folder())) for path in folder().rglob("*.j2")}

    assert TEMPLATES.keys() == found


@pytest.mark.corpus
def test_the_folder_has_no_file_that_cannot_be_judged(run):
    status, out, _ = run("check", "--isolated", "--format", "json", "--allow-empty", folder())

    assert (0, []) == (status, json.loads(out)["unjudged"])
