// What the learner's own pages share: addresses in their folder, and dates in words. Stands behind common.js.

/** Whether Voilà shows this page, which serves nothing beside it. */
const isVoila = () => /\/voila\/render\//.test(location.pathname);

/** The address of a file in the learner's folder, as the app that shows this page opens it, or as `fixed` says. */
const addressOf = (path, fixed = "") => {
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  const config = document.getElementById("jupyter-config-data");
  let base = "/";
  try { base = JSON.parse(config.textContent).baseUrl || "/"; } catch { /* Voilà has none */ }
  const here = decodeURI(location.pathname).slice(decodeURI(base).length);
  // The start page's own folder: what stands between the app's words in the address and its file name.
  const found = here.match(/^(doc(?:\/workspaces\/[^/]+)?\/tree|lab(?:\/workspaces\/[^/]+)?\/tree|notebooks|voila\/render)\/(.*?)[^/]*$/);
  const folder = (found?.[2] ?? "").split("/").map(encodeURIComponent).join("/");
  const app = !found || /^(lab|doc)/.test(found[1]) ? "doc/tree" : found[1];
  const files = app.startsWith("voila") ? "voila/files" : "files";
  if (fixed) return `${base}${fixed === "files" ? files : fixed}/${folder}${encoded}`;
  // A page that came back is no notebook and is shown as it is: from JupyterLab's own view of it no way leads back.
  const way = path.endsWith(".ipynb") ? app : files;
  return `${base}${way}/${folder}${encoded}`;
};

const whenOf = (at, language) => ({
  date: new Date(at).toLocaleDateString(locale(language), { day: "numeric", month: "long", year: "numeric" }),
  time: new Date(at).toLocaleTimeString(locale(language), { hour: "2-digit", minute: "2-digit" }),
});
/** How far a time is away, in the largest unit of which there is one: "in 5 days", "2 hours ago". */
const howFar = (at, locale) => {
  const seconds = (new Date(at) - Date.now()) / 1000, units = [["day", 86400], ["hour", 3600], ["minute", 60]];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? units.at(-1);
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
};
