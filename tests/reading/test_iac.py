"""Real files of Ansible and Terraform, if available: what is in them was looked up by eye."""

import json
import os
from pathlib import Path

import pytest
from support import component

CORPUS = Path(os.environ.get("INTERLOCK_LINT_CORPUS", "/nowhere")) / "iac"

SAID = "known only when it runs"
# The number of services in each file, or what is said of the stacks that are not known.
FILES = {
    "DBLaci__ansible-role-deploy-docker-swarm-stack/tasks/loop_deploy_inner.yml": 0,
    "GameTactic__HetznerCloud/modules/room/50-service.tf": 1,
    "GameTactic__HetznerCloud/modules/traefik/50-service.tf": 1,
    "KahfAds__infra/applications/revive-adserver/stacks.tf": 0,
    "LombardiDaniel__swarm-ansible/playbooks/bootstrap_essential_services.yml": 0,
    "PlanEXE__infra/local/cluster.tf": 0,
    "Pupmos__ansible-docker-swarm-service/roles/launch/tasks/main.yml": 4,
    "UQ-RCC__ansible-swarm-clowder/roles/clowder-swarm-setup/tasks/main.yml": 16,
    "UQ-RCC__ansible-swarm-clowder/roles/xxapi-setup/tasks/main.yml": 4,
    "aS00Sa__docker-swarm-ansible/playbooks/roles/traefik/tasks/main.yml": 1,
    "appkins-org__terraform-docker-service/main.tf": 1,
    "bob1de__ansible-collection-webswarm/demo/molecule/default/sample-todo-app/deploy.yml": 1,
    "bob1de__ansible-collection-webswarm/roles/elastic/tasks/main.yml": 3,
    "bogdan-atl__terraform-docker-swarm-microservice/main.tf": 0,
    "catsduck__ansible-swarm-mempool/roles/grafana-swarm/tasks/main.yml": 1,
    "catsduck__ansible-swarm-mempool/roles/mempool-swarm/tasks/main.yml": 3,
    "catsduck__ansible-swarm-mempool/roles/traefik-swarm/tasks/main.yml": 1,
    "charliemaiors__ansible-docker-swarm/portainer.yml": 1,
    "dginhoux__ansible_role.docker_stacks/tasks/sub-tasks/stacks_deploy.yml": SAID,
    "dzangolab__ansible-docker-swarmpit/tasks/main.yml": 0,
    "fidanf__ansible-role-docker-swarm-stack/tasks/deploy.yml": SAID,
    "gayratv__docker-swarm-ansible/roles/deploy/services/whoami/service.yml": 1,
    "gmautner__cloudstack-tf-ansible-swarm/ansible/playbook.yml": SAID,
    "gogolivan__docker-swarm-stacks/modules/docker-swarm-stack/main.tf": 0,
    # Its stack is the template that another task copies.
    "iamsanteri__ansible-swarm-cluster-sample/roles/docker_stack/tasks/main.yml": 1,
    "jamesdmorgan__vagrant-ansible-docker-swarm/ansible/roles/grafana/tasks/main.yml": 1,
    "karvounis__ansible-docker-swarm-management-role/tasks/main.yml": SAID,
    "konkele__ansible-role-docker_stack/tasks/build_compose_dict.yml": 0,
    "konkele__ansible-role-docker_stack/tasks/deploy.yml": SAID,
    "nodadyoushutup__homelab/terraform/components/swarm/nginx_proxy_manager/app/main.tf": 1,
    "priximmo__tutorials-ansible-fr/104-tp-compil-cadvisor-docker-logs/ansible/roles/"
    "deploy_wordpress/tasks/wordpress.yml": 2,
    "sergey-gr__ansible-docker-swarm-cluster/roles/stacks/mgmt/tasks/main.yml": SAID,
    "smartatransit__cloud-config/modules/service/main.tf": 1,
    "smartatransit__cloud-config/scrapedumper.tf": 2,
    "smartatransit__cloud-config/traefik.tf": 1,
}

NOT_KNOWN = {"smartatransit__cloud-config/modules/service/main.tf"}
"""Labels from functions and variables that are set elsewhere."""


@pytest.fixture(scope="module", autouse=True)
def _corpus():
    component("corpus", CORPUS.is_dir(), "INTERLOCK_LINT_CORPUS has no folder `iac`")


@pytest.mark.corpus
def test_every_file_is_in_the_table():
    found = (path for path in CORPUS.rglob("*") if path.suffix in (".yml", ".tf"))

    assert FILES.keys() == {path.relative_to(CORPUS).as_posix() for path in found}


@pytest.mark.corpus
@pytest.mark.parametrize("name", FILES)
def test_services_are_found_and_nothing_is_found_wrong(run, monkeypatch, name):
    monkeypatch.chdir(CORPUS)
    status, out, err = run("check", "--isolated", "--allow-empty", "--format", "json", name)
    report = json.loads(out)

    assert (0, []) == (status, report["unjudged"])
    assert [] == [each for each in report["diagnostics"] if each["severity"] != "info"]
    if FILES[name] == SAID:
        assert SAID in err
    else:
        assert (FILES[name], "") == (report["summary"]["services"], err)


@pytest.mark.corpus
@pytest.mark.parametrize("name", [name for name, number in FILES.items() if number != 0])
def test_a_label_of_ours_is_found_in_its_place(workspace, run, name):
    """What the labels of another proxy are named decides what is said, and nothing else."""
    text = (CORPUS / name).read_text(encoding="utf-8")
    other = "traefik.enable"
    workspace({Path(name).name: text.replace(other, "com.docker.lb.prot")})
    _, out, _ = run("check", "--isolated", "-f", "json", "--select", "misspelt-label", ".")
    found = {each["span"]["start"]["line"] for each in json.loads(out)["diagnostics"]}
    lines = text.splitlines()
    expected = {
        number
        for number, line in enumerate(lines, 1)
        if other in line.partition("#")[0] and "routers" not in line
    }

    assert found <= expected
    assert bool(found) == (bool(expected) and name not in NOT_KNOWN)
