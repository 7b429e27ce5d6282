"""A real Chromium, driven over a pipe, as its developer tools do it."""

import base64
import json
import os
import shutil
import subprocess
import tempfile

from support import PATIENCE

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def program():
    """Where Chromium is, if it is installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Chromium:
    """One page in a browser without a window, and without a network but the loopback interface."""

    def __init__(self):
        self._folder = tempfile.mkdtemp(prefix="chromium-")
        requests, self._requests = os.pipe()
        self._answers, answers = os.pipe()
        words = [
            *(program(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(
                "--disable-dev-shm-usage",
                "--remote-debugging-pipe",
                f"--user-data-dir={self._folder}",
            ),
            *("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "about:blank"),
        ]
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{requests} 4>&{answers}', "bash", *words],
            pass_fds=(requests, answers),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(requests)
        os.close(answers)
        self._buffer, self._number, self.events = b"", 0, []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for name in ("Page", "Runtime", "Network"):
            self.call(f"{name}.enable")
        self.call("Emulation.setFocusEmulationEnabled", enabled=True)

    def close(self):
        self._call("Browser.close")
        self._process.wait(PATIENCE)
        os.close(self._requests)
        os.close(self._answers)
        shutil.rmtree(self._folder, ignore_errors=True)

    def call(self, method, **params):
        """What a method of the page returns."""
        return self._call(method, self._session, **params)

    def _call(self, method, session=None, **params):
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._requests, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

    def _next(self):
        while b"\0" not in self._buffer:
            chunk = os.read(self._answers, 1 << 20)
            assert chunk, "Chromium has ended"
            self._buffer += chunk
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def wait(self, method):
        """Wait for an event."""
        while not any(each.get("method") == method for each in self.events):
            self.events.append(self._next())

    def open(self, path):
        """Open a file."""
        self.visit(f"file://{path}")

    def visit(self, url):
        """Open a page."""
        self.events.clear()
        self.call("Page.navigate", url="about:blank")
        self.wait("Page.loadEventFired")
        self.events.clear()
        self.call("Page.navigate", url=url)
        self.wait("Page.loadEventFired")

    def reload_without_scripts(self):
        """Open the same page as where no script may run."""
        self.call("Emulation.setScriptExecutionDisabled", value=True)
        self.events.clear()
        self.call("Page.reload")
        self.wait("Page.loadEventFired")
        self.call("Emulation.setScriptExecutionDisabled", value=False)

    def run(self, script):
        """The value of an expression in the page."""
        answer = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def run_in_worker(self, script):
        """The value of an expression in the worker of the page."""
        self.call(
            "Target.setAutoAttach", autoAttach=True, waitForDebuggerOnStart=False, flatten=True
        )
        self.wait("Target.attachedToTarget")
        (session,) = {
            each["params"]["sessionId"]
            for each in self.events
            if each.get("method") == "Target.attachedToTarget"
            and each["params"]["targetInfo"]["type"] == "worker"
        }
        answer = self._call(
            "Runtime.evaluate", session, expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def allow(self, *permissions):
        """Grant permissions that a user would be asked for."""
        self._call("Browser.grantPermissions", permissions=permissions)

    def edit(self, command):
        """Run a command of the editor that has the focus, as the menu of a browser does."""
        self.call("Input.dispatchKeyEvent", type="rawKeyDown", commands=[command])

    def press(self, key, code=0):
        """Press a key."""
        typed = {"text": key} if len(key) == 1 else {}
        for kind in ("keyDown" if typed else "rawKeyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **typed
            )

    def look(self, *, width=1280, media="", dark=False):
        """Set the width, the medium and the color scheme."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = "dark" if dark else "light"
        self.call(
            "Emulation.setEmulatedMedia",
            media=media,
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )

    def picture(self, path, *, whole=True):
        """Save what the page looks like."""
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    @property
    def loaded(self):
        """The addresses that the page asked for."""
        return [
            each["params"]["request"]["url"]
            for each in self.events
            if each.get("method") == "Network.requestWillBeSent"
        ]
