// What a page has under Voilà besides its exercises: the way back to the start page, and a new beginning after a stop.
(() => {
  const script = document.currentScript;
  const language = () => { try { return localStorage.getItem("curriculum:language") ?? "en"; } catch { return "en"; } };

  const bar = async () => {
    // The start page lies above the module's folder; where none does, there is no way to it.
    const start = new URL("../start.ipynb", location.href);
    if (script.dataset.page === "start" || !start.pathname.includes("/voila/render/")) return;
    const all = await (await fetch(new URL("words.json", script.src))).json();
    const words = { ...all.en, ...all[language()] };
    const node = document.createElement("nav"), link = document.createElement("a");
    node.className = "cu-bar";
    node.setAttribute("aria-label", words["page-label"]);
    link.href = start.href;
    link.textContent = words["page-overview"];
    node.append(link);
    document.body.prepend(node);
  };
  bar().catch((error) => console.debug(error));

  // A page has a kernel of its own: one that has stopped is replaced by opening the page again.
  document.addEventListener("cu-carry-on", () => location.reload());
})();
