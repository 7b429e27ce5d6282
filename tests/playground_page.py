"""The playground in a real Chromium: built once, served on the loopback interface."""

import functools
import http.server
import json
import subprocess
import sys
import threading
import zlib
from base64 import urlsafe_b64encode

from chromium import Chromium
from support import PATIENCE, ROOT

UNTIL = """(() => {{
  const [panel, status] = ["panel", "status"].map((id) => document.getElementById(id));
  const end = Date.now() + {1};
  return new Promise((done, fail) => {{
    const look = () => {{
      if ({0}) done();
      else if (Date.now() > end) fail(new Error(status.textContent));
      else setTimeout(look, 20);
    }};
    look();
  }});
}})()"""
FOLLOW = """new Promise((done) => {{
  addEventListener("hashchange", () => setTimeout(done), {{once: true}});
  location.href = {0};
}})"""


def build(folder):
    """Build the playground in a folder; returns what went wrong."""
    script = str(ROOT / "playground" / "build.py")
    done = subprocess.run([sys.executable, script, folder], capture_output=True, text=True)
    return done.stderr if done.returncode else ""


class Server(http.server.ThreadingHTTPServer):
    """Serves a folder, and records what was asked for."""

    def __init__(self, folder):
        self.asked, self.folder = [], folder
        super().__init__(("127.0.0.1", 0), functools.partial(_Handler, directory=folder))
        self.address = f"http://127.0.0.1:{self.server_port}/"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class _Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        self.server.asked.append(self.requestline)


class Playground:
    """The page, and what a user does with it."""

    def __init__(self, folder, text):
        self.server = Server(folder)
        self.browser = Chromium()
        self.browser.allow("clipboardReadWrite", "clipboardSanitizedWrite")
        self.browser.visit(self.link(text))
        self.wait()

    def close(self):
        self.browser.close()
        self.server.close()

    def link(self, text):
        """The link with a text."""
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = packer.compress(text.encode()) + packer.flush()
        return f"{self.server.address}#stack={urlsafe_b64encode(packed).decode().rstrip('=')}"

    def run(self, script):
        return self.browser.run(script)

    def wait(self):
        """Wait until what is shown is about the text."""
        self.until("!panel.hasAttribute('aria-busy')")

    def until(self, condition):
        """Wait until something is true of the panel or the status."""
        self.run(UNTIL.format(condition, PATIENCE * 1000))

    def follow(self, link):
        """Follow a link to a text."""
        self.run(FOLLOW.format(json.dumps(link)))
        self.wait()

    def paste(self, text):
        """Replace the text, as somebody does who pastes one."""
        self.run(f"navigator.clipboard.writeText({json.dumps(text)})")
        self.run("document.getElementById('text').focus()")
        self.browser.edit("selectAll")
        self.browser.edit("paste")
        self.wait()

    def show(self, view):
        """Open a tab."""
        self.click(f"#{view}")

    def click(self, selector):
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self.wait()

    def set(self, name, value):
        """Choose an option of the tab."""
        self.run(f"""(() => {{
          const each = document.querySelector("[name={name}]");
          each[each.type === "checkbox" ? "checked" : "value"] = {json.dumps(value)};
          each.dispatchEvent(new Event("change", {{bubbles: true}}));
        }})()""")
        self.wait()

    @property
    def text(self):
        return self.run("document.getElementById('text').value")

    @property
    def answer(self):
        """The answer at the top of the results."""
        return self.run("document.querySelector('.answer h2').textContent")

    @property
    def result(self):
        return self.run("document.getElementById('result').textContent")

    @property
    def status(self):
        return self.run("document.getElementById('status').textContent")
