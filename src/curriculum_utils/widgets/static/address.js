// The addresses of files in the learner's folder. Stands behind common.js in one module.

/** The address of a file in the learner's folder, as the app that shows this page opens it. */
const addressOf = (path, raw = false) => {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const config = document.getElementById("jupyter-config-data");
  let base = "/";
  try { base = JSON.parse(config.textContent).baseUrl || "/"; } catch { /* Voilà has none */ }
  const here = decodeURI(location.pathname).slice(decodeURI(base).length);
  // This page's own folder: what stands between the app's words in the address and its file name.
  const found = here.match(/^(doc\/tree|lab(?:\/workspaces\/[^/]+)?\/tree|notebooks|voila\/render)\/(.*?)[^/]*$/);
  const folder = (found?.[2] ?? "").split("/").map(encodeURIComponent).join("/");
  if (raw) return `${base}files/${folder}${encoded}`;
  const app = !found || found[1].startsWith("lab") ? "doc/tree" : found[1];
  // A page that came back is no notebook: Notebook 7 and Voilà show it as it is.
  const way = path.endsWith(".ipynb") || app === "doc/tree" ? app : "files";
  return `${base}${way}/${folder}${encoded}`;
};
