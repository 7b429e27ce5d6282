"use strict";
// Shows what the worker answers about the text. Only the latest text is worth an answer.
(() => {
  const $ = (id) => document.getElementById(id);
  const text = $("text"), lines = $("lines"), status = $("status"), panel = $("panel"), result = $("result");
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const forms = { fix: $("options-fix"), migrate: $("options-migrate") };
  const RANKS = ["info", "warning", "error", "not-judged"];
  const MOST_BYTES = 10 * 1024 * 1024; // as of a file on the command line
  const LONGEST_LINK = 30_000; // characters that programs pass on
  const MOST_TYPED = 20_000; // characters that can be undone
  let view = "check", marks = [], newText = null; // what is shown
  let worker, ready = false, busy = false, waiting = null; // what is asked
  let typing, started, slow; // times

  // -- Text in a link ---------------------------------------------------------------------------

  async function through(stream, bytes) {
    const writer = stream.writable.getWriter();
    writer.write(bytes).then(() => writer.close()).catch(() => {}); // an error is read below
    const reader = stream.readable.getReader(), parts = [];
    for (let size = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return new Uint8Array(await new Blob(parts).arrayBuffer());
      if ((size += value.length) > MOST_BYTES) throw new Error("larger than 10 MiB");
      parts.push(value);
    }
  }

  async function toLink(content) {
    const bytes = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(content));
    let binary = "";
    for (const each of bytes) binary += String.fromCharCode(each);
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  async function fromLink(link) {
    const binary = atob(link.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = await through(new DecompressionStream("deflate-raw"), Uint8Array.from(binary, (each) => each.charCodeAt(0)));
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  }

  async function keepInAddress() {
    const content = text.value;
    const link = content && content.length < MOST_BYTES ? `#stack=${await toLink(content)}` : "";
    if (content !== text.value) return false;
    const fits = link.length <= LONGEST_LINK;
    history.replaceState(null, "", location.pathname + location.search + (fits ? link : ""));
    return fits && link !== "";
  }

  async function readAddress(address) {
    const match = /#stack=(.*)$/.exec(address);
    if (!match) return false;
    panel.setAttribute("aria-busy", "true");
    try {
      show(await fromLink(match[1]));
    } catch {
      say("The link is damaged: it does not contain a stack file. Paste the file instead.", true);
    }
    return true;
  }

  // -- Lines and marks --------------------------------------------------------------------------

  function number() {
    const worst = new Map();
    for (const [line, severity] of marks) {
      if (RANKS.indexOf(severity) > RANKS.indexOf(worst.get(line))) worst.set(line, severity);
    }
    const total = text.value.split("\n").length;
    const spans = Array.from({ length: total }, (_, index) => {
      const span = document.createElement("span");
      span.textContent = index + 1;
      span.className = worst.get(index + 1) ?? "";
      return span;
    });
    lines.replaceChildren(...spans);
    lines.scrollTop = text.scrollTop;
  }

  function goTo(line) {
    const before = text.value.split("\n").slice(0, line - 1).join("\n").length;
    const start = line > 1 ? before + 1 : 0;
    const end = text.value.indexOf("\n", start);
    text.focus();
    text.setSelectionRange(start, end < 0 ? text.value.length : end);
    text.scrollTop = Math.max(0, text.scrollHeight * (line - 1) / lines.childElementCount - text.clientHeight / 3);
    text.scrollLeft = 0;
  }

  // Places in the results lead to their lines, if they are in the text as it is now.
  function linkPlaces() {
    for (const each of result.querySelectorAll(".place")) {
      const match = /^stack\.yml:(\d+)(:\d+)?$/.exec(each.textContent);
      if (!match || each.closest("[id^=new-], .labels")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "place";
      button.textContent = each.textContent;
      button.addEventListener("click", () => goTo(Number(match[1])));
      each.replaceChildren(button);
    }
  }

  // -- Asking the worker ------------------------------------------------------------------------

  function say(sentence, failed = false) {
    status.textContent = sentence;
    status.classList.toggle("failed", failed);
    if (failed) panel.removeAttribute("aria-busy");
  }

  function request() {
    const { fix, migrate } = forms;
    return {
      text: text.value,
      view,
      unsafe: fix.elements.unsafe.checked,
      to: migrate.elements.to.value,
      max_share_shift: migrate.elements.max_share_shift.valueAsNumber || 0,
      drop_sticky: migrate.elements.drop_sticky.checked,
    };
  }

  function ask() {
    typing = clearTimeout(typing);
    waiting = request();
    panel.setAttribute("aria-busy", "true");
    for (const each of Object.values(forms)) each.querySelector(".apply").disabled = true;
    send();
  }

  function send() {
    if (!ready || busy || !waiting) return;
    busy = true;
    worker.postMessage(waiting);
    waiting = null;
    started = performance.now();
    slow = setTimeout(() => say("Still judging. For large files, the command line is faster."), 3000);
  }

  function receive({ answer, failure }) {
    busy = false;
    clearTimeout(slow);
    if (waiting) return send();
    if (!typing) panel.removeAttribute("aria-busy");
    if (failure) return say(`interlock-lint failed: ${failure}`, true);
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    marks = answer.marks;
    newText = answer.text;
    $("check-count").textContent = answer.findings;
    result.innerHTML = answer.html; // escaped there; the policy of this page runs nothing in it
    linkPlaces();
    number();
    if (forms[view]) forms[view].querySelector(".apply").disabled = newText === null;
    const found = `${answer.findings} ${answer.findings === 1 ? "finding" : "findings"}`;
    say(answer.error || `${found}, in ${seconds} seconds`, Boolean(answer.error));
    keepInAddress();
  }

  function start() {
    if (location.protocol === "file:") {
      return say("Browsers run no WebAssembly from a file. Serve this folder: python3 -m http.server --bind 127.0.0.1", true);
    }
    // A worker that is made from a blob has the policy of this page, wherever the page is served.
    const code = `import ${JSON.stringify(new URL("worker.js", document.baseURI).href)};`;
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    worker = new Worker(url, { type: "module" });
    worker.addEventListener("error", (event) => {
      say(`Python could not be loaded${event.message ? `: ${event.message}` : ""}. Reload the page to try again.`, true);
    });
    worker.addEventListener("message", ({ data }) => {
      if (ready) return receive(data);
      if (data.failure) return say(`Python could not be loaded: ${data.failure}`, true);
      ready = true;
      if (waiting) say("Judging");
      send();
    });
  }

  // -- What the user does -----------------------------------------------------------------------

  function show(content) {
    text.value = content;
    text.scrollTop = 0;
    number();
    ask();
  }

  // Replace only what differs, so that it can be undone; browsers take minutes for long texts.
  function replace(content) {
    const before = text.value, least = Math.min(before.length, content.length);
    let start = 0, end = 0;
    while (start < least && before[start] === content[start]) start++;
    while (end < least - start && before.at(-1 - end) === content.at(-1 - end)) end++;
    const middle = content.slice(start, content.length - end);
    text.focus();
    text.setSelectionRange(start, before.length - end);
    const done = middle.length < MOST_TYPED && document.execCommand(middle ? "insertText" : "delete", false, middle);
    if (!done || text.value !== content) text.value = content;
  }

  function select(name) {
    view = name;
    for (const each of tabs) {
      each.setAttribute("aria-selected", each.id === name);
      each.tabIndex = each.id === name ? 0 : -1;
    }
    panel.setAttribute("aria-labelledby", name);
    for (const [key, form] of Object.entries(forms)) form.hidden = key !== name;
    ask();
  }

  for (const tab of tabs) tab.addEventListener("click", () => select(tab.id));
  document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
    const now = tabs.findIndex((each) => each.id === view), last = tabs.length - 1;
    const next = { ArrowRight: now < last ? now + 1 : 0, ArrowLeft: now ? now - 1 : last, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    tabs[next].focus();
    select(tabs[next].id);
  });
  for (const form of Object.values(forms)) {
    form.addEventListener("change", ask);
    form.querySelector(".apply").addEventListener("click", () => {
      replace(newText);
      number();
      ask();
    });
  }
  for (const form of document.forms) form.addEventListener("submit", (event) => event.preventDefault());
  text.addEventListener("input", () => {
    $("example").value = "";
    panel.setAttribute("aria-busy", "true");
    if (text.value.split("\n").length !== lines.childElementCount) number();
    clearTimeout(typing);
    typing = setTimeout(ask, 250);
  });
  text.addEventListener("scroll", () => (lines.scrollTop = text.scrollTop));
  $("link").addEventListener("click", async () => {
    if (!(await keepInAddress())) return say("The text is too long for a link; send the file itself.", true);
    try {
      await navigator.clipboard.writeText(location.href);
      say("Copied. The link contains the text: anyone who has it can read it.");
    } catch {
      say("The address of this page is the link: it contains the text.");
    }
  });
  addEventListener("hashchange", (event) => readAddress(event.newURL));

  (async () => {
    start();
    const examples = await (await fetch("examples.json")).json();
    $("example").append(...examples.map(([name]) => new Option(name, name)));
    $("example").addEventListener("change", () => {
      const found = examples.find(([name]) => name === $("example").value);
      if (found) show(found[1]);
    });
    if (await readAddress(location.href)) return;
    $("example").value = examples[0][0];
    show(examples[0][1]);
  })();
})();
