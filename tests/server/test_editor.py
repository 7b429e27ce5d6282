"""The server, asked by a real client over standard input and output."""

import asyncio
import sys
from contextlib import asynccontextmanager

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from linter.server.protocol import uri_of

STACK = """\
# 🚀
services:
  shop:
    image: shop
    networks: [web]
    deploy: &deploy
      replicas: 4
      labels:
        com.docker.lb.hosts: shop.example.com
        com.docker.lb.network: s_web
        com.docker.lb.prot: 80  # 🚀🚀 com.docker.lb.port
  canary:
    image: shop
    networks: [web]
    deploy:
      labels:
        com.docker.lb.hosts: shop.example.com
        com.docker.lb.network: s_web
        com.docker.lb.port: 80
        com.docker.lb.backend_mode: vip
networks:
  web:
    name: s_web
"""


class Client:
    """An editor with one folder."""

    def __init__(self, client, folder, published):
        self.client = client
        self.folder = folder
        self.published = published
        self.version = 0

    def uri(self, name):
        return uri_of(str(self.folder / name))

    async def open(self, name, text):
        document = types.TextDocumentItem(self.uri(name), "yaml", 0, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))
        return await self.findings(name)

    async def write(self, name, text):
        self.version += 1
        document = types.VersionedTextDocumentIdentifier(self.version, self.uri(name))
        change = types.TextDocumentContentChangeWholeDocument(text)
        params = types.DidChangeTextDocumentParams(document, [change])
        self.client.text_document_did_change(params)
        return await self.findings(name)

    async def findings(self, name):
        """The next findings of a file."""
        while True:
            params = await self.published.get()
            if params.uri == self.uri(name):
                return params.diagnostics

    def at(self, name, text, marked, inside=0):
        """The file and the position where a text begins."""
        line, column = next(
            (number, line.index(marked))
            for number, line in enumerate(text.split("\n"))
            if marked in line
        )
        before = text.split("\n")[line][: column + inside]
        units = len(before.encode("utf-16-le")) // 2
        return types.TextDocumentIdentifier(self.uri(name)), types.Position(line, units)


@asynccontextmanager
async def editor(folder):
    client = LanguageClient("test", "1")
    published = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _published(params):
        published.put_nowait(params)

    await client.start_io(sys.executable, "-m", "linter", "server")
    await client.initialize_async(
        types.InitializeParams(types.ClientCapabilities(), root_uri=uri_of(str(folder)))
    )
    client.initialized(types.InitializedParams())
    yield Client(client, folder, published)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()


def codes(findings):
    return [each.code for each in findings if each.severity != types.DiagnosticSeverity.Information]


@pytest.fixture
def session(tmp_path):
    """Runs a coroutine with an editor of a folder."""

    def run(steps):
        async def whole():
            async with editor(tmp_path) as found:
                return await steps(found)

        return asyncio.run(asyncio.wait_for(whole(), 60))

    return run


def test_findings_of_a_text_that_is_not_saved(session):
    async def steps(editor):
        return await editor.open("stack.yml", STACK)

    found = next(each for each in session(steps) if each.code == "misspelt-label")

    assert types.Range(types.Position(10, 8), types.Position(10, 26)) == found.range
    assert "did you mean `com.docker.lb.port`" in found.message


@pytest.mark.parametrize("half", ["com.docker.lb.po", "com.docker.lb.port:", '"com.docker', "- a"])
def test_what_is_half_written_hides_nothing_else(session, half):
    async def steps(editor):
        await editor.open("stack.yml", STACK)
        text = STACK.replace("        com.docker.lb.port: 80\n", f"        {half}\n")
        return await editor.write("stack.yml", text)

    assert "misspelt-label" in codes(session(steps))


def test_completion_while_writing(session):
    async def steps(editor):
        await editor.open("stack.yml", STACK)
        text = STACK.replace("com.docker.lb.backend_mode: vip", "com.docker.lb.back")
        await editor.write("stack.yml", text)
        place = editor.at("stack.yml", text, "com.docker.lb.back", 18)
        labels = await editor.client.text_document_completion_async(types.CompletionParams(*place))
        text = STACK.replace("network: s_web", "network: ", 1)
        await editor.write("stack.yml", text)
        place = editor.at("stack.yml", text, "com.docker.lb.network: ", 23)
        values = await editor.client.text_document_completion_async(types.CompletionParams(*place))
        return labels, values

    labels, values = session(steps)

    assert "com.docker.lb.backend_mode" in [each.label for each in labels]
    assert "com.docker.lb.hosts" not in [each.label for each in labels]
    assert "s_web" in [each.label for each in values]


def test_hover_hints_and_places(session):
    async def steps(editor):
        await editor.open("stack.yml", STACK)
        client = editor.client
        at = editor.at("stack.yml", STACK, "com.docker.lb.backend_mode", 3)
        hover = await client.text_document_hover_async(types.HoverParams(*at))
        whole = types.Range(types.Position(0, 0), types.Position(99, 0))
        hints = await client.text_document_inlay_hint_async(types.InlayHintParams(at[0], whole))
        at = editor.at("stack.yml", STACK, "s_web", 1)
        definition = await client.text_document_definition_async(types.DefinitionParams(*at))
        at = editor.at("stack.yml", STACK, "shop.example.com", 1)
        context = types.ReferenceContext(include_declaration=True)
        references = await client.text_document_references_async(
            types.ReferenceParams(context, *at)
        )
        symbols = await client.text_document_document_symbol_async(
            types.DocumentSymbolParams(at[0])
        )
        return hover, hints, definition, references, symbols

    hover, hints, definition, references, symbols = session(steps)

    assert "`vip`: the proxy sends requests to the virtual IP" in hover.contents.value
    assert ["80% of shop.example.com", "20% of shop.example.com"] == [each.label for each in hints]
    assert [21] == [each.range.start.line for each in definition]
    assert [8, 16] == [each.range.start.line for each in references]
    assert [("shop", "shop.example.com"), ("canary", "shop.example.com")] == [
        (each.name, each.detail) for each in symbols
    ]


def test_actions(session):
    async def steps(editor):
        await editor.open("stack.yml", STACK)
        document, start = editor.at("stack.yml", STACK, "com.docker.lb.prot", 2)
        return await editor.client.text_document_code_action_async(
            types.CodeActionParams(
                document, types.Range(start, start), types.CodeActionContext(diagnostics=[])
            )
        )

    titles = {each.title: each for each in session(steps)}

    assert "Switch service shop to VIP mode: 80% → 50% of the requests" in titles
    fix = titles["Rename the label (changes routing)"]
    (edits,) = fix.edit.changes.values()
    assert [("com.docker.lb.port", 8, 26)] == [
        (each.new_text, each.range.start.character, each.range.end.character) for each in edits
    ]
