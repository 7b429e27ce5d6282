"use strict";
// Filters the findings. Without it, the page shows them all.
(() => {
  const form = document.querySelector("form.filter");
  if (!form) return;
  const names = ["severity", "rule", "service", "file"];
  const findings = [...document.querySelectorAll("article.finding")];
  const groups = [...document.querySelectorAll("section.group")];
  const output = form.querySelector("output");
  const all = output.value;

  function apply() {
    const wanted = names.map((name) => [name, form.elements[name].value]).filter((each) => each[1]);
    let shown = 0;
    for (const each of findings) {
      each.hidden = !wanted.every(([name, value]) => each.dataset[name].split(" ").includes(value));
      shown += each.hidden ? 0 : 1;
    }
    for (const each of groups) each.hidden = !each.querySelector("article:not([hidden])");
    const number = shown.toLocaleString("en");
    output.value = wanted.length ? `${number} of ${all}` : all;
  }

  // A link to a finding that is filtered out shows it.
  function reveal() {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.hidden) return;
    form.reset();
    setTimeout(() => target.scrollIntoView());
  }

  form.addEventListener("change", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", reveal);
  form.hidden = false;
  apply();
})();
