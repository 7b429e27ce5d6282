// Runs interlock-lint in a thread of its own, so that the page never waits for it.
import { loadPyodide } from "./pyodide/pyodide.mjs";

const here = new URL(".", import.meta.url).href;

async function fetched(name) {
  const response = await fetch(here + name);
  if (!response.ok) throw new Error(`${name}: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}

const answering = (async () => {
  const [python, archive] = await Promise.all([
    loadPyodide({ indexURL: `${here}pyodide/` }),
    fetched("python.zip"),
  ]);
  python.unpackArchive(archive, "zip", { extractDir: "/playground" });
  python.runPython("import sys; sys.path.insert(0, '/playground')");
  const { answer } = python.pyimport("answers");
  answer(JSON.stringify({ text: "services: {}", view: "check" })); // imports the rules
  return answer;
})();

answering.then(
  () => postMessage({ ready: true }),
  (error) => postMessage({ failure: String(error) }),
);

addEventListener("message", async ({ data: request }) => {
  const answer = await answering;
  try {
    postMessage({ answer: JSON.parse(answer(JSON.stringify(request))) });
  } catch (error) {
    postMessage({ failure: String(error) });
  }
});
