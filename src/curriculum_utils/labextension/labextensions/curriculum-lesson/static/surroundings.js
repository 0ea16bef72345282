// What a lesson does with the page around it: parts that fit their words, keys that scroll, the place one was reading.

export const element = (name, props = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(props)) {
    if (key === "onclick") node.addEventListener("click", value);
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
};
export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

/**
 * Where the learner was reading: the cell at the top of the page and how far it was scrolled.
 *   section: the heading that the page's address asks for, or an empty text
 */
export const placesOf = (section) => ({
  key: (panel) => `curriculum:place:${panel.context.path}`,
  top: (panel) => panel.content.node.querySelector(".jp-WindowedPanel-outer") ?? panel.content.node,
  keep(panel) {
    const top = this.top(panel).getBoundingClientRect().top;
    const index = panel.content.widgets.findIndex((cell) => cell.node.getBoundingClientRect().bottom > top + 1);
    if (index < 0) return;
    const place = { index, offset: top - panel.content.widgets[index].node.getBoundingClientRect().top };
    try { localStorage.setItem(this.key(panel), JSON.stringify(place)); } catch { /* private window: start at the top */ }
  },
  /** Goes there, or to the section asked for, again and again while exercises above are still being drawn, until the learner scrolls. */
  async restore(panel) {
    let place = null;
    try { place = JSON.parse(localStorage.getItem(this.key(panel))); } catch { /* as above */ }
    const heading = section && panel.node.querySelector(`[data-jupyter-id="${CSS.escape(section)}"]`);
    section = "";
    const scroller = this.top(panel), cell = heading || (place && panel.content.widgets[place.index]?.node);
    if (heading) place = { index: 1, offset: -16 };
    scroller.scrollTop = 0;
    let touched = !cell || (place.index === 0 && place.offset < 40);
    const stop = () => { touched = true; };
    for (const event of ["wheel", "pointerdown", "keydown", "touchstart"]) scroller.addEventListener(event, stop, { once: true });
    for (let step = 0; step < 15 && !touched && !panel.isDisposed; step += 1) {
      scroller.scrollTop += cell.getBoundingClientRect().top - scroller.getBoundingClientRect().top + place.offset;
      await new Promise((done) => setTimeout(done, 150));
    }
  },
});

/** Gives a part of the page the height that its content takes: JupyterLab sets it in pixels, and text can wrap or grow. */
export const fitTo = (widget, content) => {
  const observer = new ResizeObserver(() => {
    widget.node.style.minHeight = `${content.offsetHeight}px`;
    widget.parent?.fit();
  });
  observer.observe(content);
  widget.disposed.connect(() => observer.disconnect());
};

/**
 * On a page of its own (JupyterLab's document mode, Notebook 7): away with the row that names the file, the tools at the sides,
 * and the menus, which speak of kernels and cells and can empty a lesson. In JupyterLab with its tabs all of it stays.
 */
export const clearAround = (app) => {
  // Notebook 7 has no modes: each of its windows is a page of its own.
  if (app.shell.mode === undefined) app.shell.menu?.hide();
  if (app.shell.mode !== "single-document") return;
  // A list of files that was opened once, by Ctrl+B say, would stand there in every lesson from then on.
  app.shell.collapseLeft?.();
  app.shell.collapseRight?.();
  for (const part of app.shell.layout?.widgets ?? []) {
    if (part.id === "jp-top-panel" || part.id === "jp-menu-panel") part.hide();
    if (part.id !== "jp-main-content-panel") continue;
    for (const side of part.layout?.widgets ?? []) if (side.hasClass("jp-SideBar")) side.hide();
  }
};

/** Keys pressed on the page itself scroll it; none of them adds, changes or leaves a cell, as Jupyter's own would. */
export const readOnly = (notebook) => {
  // On each cell too: the one that has the focus is asked before what stands around it.
  for (const node of [notebook.node, ...notebook.widgets.map((cell) => cell.node)]) node.setAttribute("data-lm-suppress-shortcuts", "true");
  notebook.node.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") event.preventDefault();
  });
};
