"""Stacks in other forms than stack files, from the command line."""

MARKDOWN = """\
# Deploy

The label `com.docker.lb.prot: 1` in a sentence is none.

1. Write this:

   ```yaml
   services:
     web:
       image: nginx
       deploy:
         labels:
           com.docker.lb.hosts: a.example.com
           com.docker.lb.prot: 80
   ```
"""


def test_a_stack_file_in_markdown(workspace, run):
    workspace({"README.md": MARKDOWN})

    for source in ("README.md", "."):
        status, out, _ = run("check", "--select", "misspelt-label", "-f", "concise", source)
        assert (1, "README.md:14:12: error[misspelt-label] unknown label `com.docker.lb.prot`") == (
            status,
            out.partition(";")[0],
        )


def test_a_stack_file_in_markdown_is_changed_where_it_is(workspace, run):
    folder = workspace({"README.md": MARKDOWN})

    assert 0 == run("labels", "set", "README.md", "web", "port=80", "--write")[0]
    assert (folder / "README.md").read_text() == MARKDOWN.replace(
        "prot: 80\n", "prot: 80\n           com.docker.lb.port: 80\n"
    )
