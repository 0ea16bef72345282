// What keeps real clients out of the answers: a question before such words are saved, a hint while they are written,
// and word of a deletion from window to window. Stands behind common.js in one module.

const PRIVATE_KINDS = ["birth", "phone", "email", "address", "record"];
const shownPrivate = (words, found) => found.map((one) =>
  h("li", {}, fill(words[`private-${PRIVATE_KINDS.includes(one.kind) ? one.kind : "record"}`], { words: one.words })));

/** Brings the learner back into their text, with these words selected. */
const selectIn = (area, said) => {
  const at = area.value.indexOf(said);
  area.focus();
  if (at >= 0) area.setSelectionRange(at, at + said.length);
};

/**
 * The question that stands at the form while nothing is saved yet. `change(words)` leads back to the first of them.
 * It has open(found, save), where `found` are [{kind, words}], and close().
 */
const privateQuestion = (words, change) => {
  const id = newId(), list = h("ul", { class: "cu-private-found" });
  let first = "", save = null;
  const close = () => { node.hidden = true; save = null; };
  const back = () => { close(); change(first); };
  const button = (label, act, more = "") => h("button", { type: "button", class: `cu-button${more}`, on: { click: act } }, label);
  const node = h("div", { class: "cu-private", role: "alertdialog", tabindex: "-1", "aria-labelledby": id,
    "aria-describedby": `${id}-said`, hidden: true,
    on: { keydown: (event) => { if (event.key === "Escape") { event.preventDefault(); back(); } } } },
  h("p", { class: "cu-private-title", id }, words["private-title"]),
  h("div", { id: `${id}-said` }, list, h("p", {}, words["private-why"])),
  h("div", { class: "cu-private-ways" }, button(words["private-change"], back, " cu-primary"),
    // `act` before `close`: it leads the focus on to something that stays.
    button(words["private-despite"], () => { const act = save; act?.(); close(); })));
  return {
    node,
    close: () => { if (!node.hidden) close(); },
    open(found, act) {
      list.replaceChildren(...shownPrivate(words, found));
      first = found[0].words;
      save = act;
      node.hidden = false;
      node.focus({ preventScroll: true });
      node.scrollIntoView({ block: "nearest" });
    },
  };
};

/** A quiet line while something is being written: said once, and gone with the words that it speaks of. */
const privateHint = (words) => {
  const node = h("p", { class: "cu-private-hint cu-small", role: "status" });
  return {
    node,
    tell(found) {
      const sentence = found.length ? words["private-hint"] : "";
      if (node.textContent !== sentence) node.textContent = sentence;
    },
  };
};

// Heard in other windows of this browser, and by the other pages of this one.
const DELETION = "curriculum:deleted";
const hearDeletion = (act) => {
  if (typeof BroadcastChannel === "undefined") return () => {};
  const channel = new BroadcastChannel(DELETION);
  channel.addEventListener("message", (event) => act(Array.isArray(event.data?.logs) ? event.data.logs : []));
  return () => channel.close();
};
const tellDeletion = (logs) => {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel(DELETION);
  channel.postMessage({ logs });
  channel.close();
};
