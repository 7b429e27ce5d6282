"""The schema for editors: it is up to date, and a real server of YAML takes it."""

import asyncio
import json
import shutil

import editor_schema
import pytest
from jsonschema import Draft7Validator
from lsprotocol import types
from pygls.lsp.client import LanguageClient
from support import ROOT, component

from linter.files.search import is_stack_file
from linter.files.settings import FILE_NAMES
from linter.model.vocabulary import rows

SCHEMA = ROOT / "schemas/editor.schema.json"

STACK = """\
services:
  web:
    image: nginx
    deploy:
      replicas: ${REPLICAS}
      labels:
        com.docker.lb.prot: 80
        com.docker.lb.backend_mode: vpi
        com.docker.lb.port: 80
        com.docker.lb.hosts: ${HOST}
        org.example.team: shop
  listed:
    imagee: nginx
    deploy:
      labels:
        - com.docker.lb.prot=80
        - com.docker.lb.port=a
        - com.docker.lb.port=80
        - org.example.team=shop
"""


def test_it_is_up_to_date():
    assert editor_schema.editor_schema() == SCHEMA.read_text(encoding="utf-8")


def test_it_is_a_schema():
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)

    assert "#/definitions" in json.dumps(schema)
    assert "labels.schema.json" not in json.dumps({**schema, "$comment": ""})


@pytest.mark.parametrize("row", rows().values(), ids=lambda row: row.name)
def test_the_examples_of_each_label_are_valid_in_both_forms(row):
    validator = Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))

    def accepts(labels):
        return validator.is_valid({"services": {"a": {"image": "i", "deploy": {"labels": labels}}}})

    for example in row.schema.get("examples", ()):
        assert accepts({row.key: example})
        assert accepts([f"{row.key}={example}"])
    assert accepts({row.key: "${ANY}"})
    assert not accepts({row.key: True})
    assert not accepts({f"{row.key}x": "a"})
    assert not accepts([f"{row.key}x=a"])


def test_the_catalog_has_the_shape_of_schemastore():
    """As its schema for catalogs has it, which nothing here may fetch."""
    catalog = json.loads((ROOT / "schemas/catalog.json").read_text(encoding="utf-8"))
    assert {"$schema", "version", "schemas"} == catalog.keys()
    assert "https://json.schemastore.org/schema-catalog.json" == catalog["$schema"]
    assert 1 == catalog["version"]
    names = [each["name"] for each in catalog["schemas"]]
    assert sorted(names, key=str.lower) == names
    for each in catalog["schemas"]:
        assert {"name", "description", "fileMatch", "url"} == each.keys()
        assert all(isinstance(each[key], str) for key in ("name", "description", "url"))
        assert len(set(each["fileMatch"])) == len(each["fileMatch"]) > 0
        assert each["url"].startswith("https://")
        assert (ROOT / "schemas" / each["url"].rpartition("/")[2]).is_file()


def test_the_catalog_has_the_files_that_are_read():
    catalog = json.loads((ROOT / "schemas/catalog.json").read_text(encoding="utf-8"))
    stacks, own = (each["fileMatch"] for each in catalog["schemas"])

    assert all(is_stack_file(each.replace("*", "shop")) for each in stacks)
    assert set(own) <= set(FILE_NAMES)


async def ask(folder):
    """What the server finds in the file, shows at a label, and proposes next to it."""
    client = LanguageClient("test", "1")
    published = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _published(params):
        published.put_nowait(params.diagnostics)

    @client.feature(types.WORKSPACE_CONFIGURATION)
    def _configuration(params):
        return [None for _ in params.items]

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def _registered(_params):
        return None

    command = shutil.which("yaml-language-server")
    await client.start_io(command, "--stdio")
    capabilities = types.ClientCapabilities()
    await client.initialize_async(types.InitializeParams(capabilities, root_uri=folder.as_uri()))
    client.initialized(types.InitializedParams())
    text = f"# yaml-language-server: $schema={SCHEMA.as_uri()}\n{STACK}"
    document = types.TextDocumentItem((folder / "stack.yml").as_uri(), "yaml", 0, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    found = await published.get()
    identifier = types.TextDocumentIdentifier(document.uri)
    line = text[: text.index("com.docker.lb.port")].count("\n")
    place = types.Position(line, 12)
    hover = await client.text_document_hover_async(types.HoverParams(identifier, place))
    completion = await client.text_document_completion_async(
        types.CompletionParams(identifier, types.Position(line, 8))
    )
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return found, hover, completion


@pytest.mark.yaml_language_server
def test_a_real_server_uses_it(tmp_path):
    exists = shutil.which("yaml-language-server") is not None
    component("yaml-language-server", exists, "yaml-language-server is not installed")
    found, hover, completion = asyncio.run(asyncio.wait_for(ask(tmp_path), 120))

    lines = {each.range.start.line for each in found}
    assert {7, 8, 13, 16, 17} == lines
    assert "Port that the container listens on" in hover.contents.value
    assert "com.docker.lb.network" in [each.label for each in completion.items]
