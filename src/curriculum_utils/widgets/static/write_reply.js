// `write-reply`: write what you would say.
const NEARLY_FULL = 400; // characters left from which on they are counted

export default exercise({
  form(content, words, changed) {
    const id = newId(), most = content.max_characters;
    const left = h("p", { class: "cu-small cu-left", "aria-live": "polite" });
    const count = () => {
      const rest = most - area.value.length;
      left.textContent = rest < NEARLY_FULL ? fill(words["characters-left"], { count: rest }) : "";
    };
    const area = h("textarea", { id, class: "cu-text cu-speech", rows: "5", dir: "auto", maxlength: most, spellcheck: "true",
      on: { input: () => { count(); grow(); changed(); } } });
    // Browsers that know `field-sizing` do this by themselves.
    const grow = () => {
      if (CSS.supports("field-sizing", "content")) return;
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight + 2}px`;
    };
    return {
      node: h("div", { class: "cu-write" }, h("label", { for: id, class: "cu-unseen" }, words["label-write"]), area, left),
      read: () => ({ text: area.value }),
      write: (answer) => { area.value = typeof answer.text === "string" ? answer.text : ""; count(); },
      select: (said) => selectIn(area, said),
      focus: () => { area.focus(); area.setSelectionRange(area.value.length, area.value.length); },
    };
  },
  blank: (answer) => !answer.text.trim(),
  again: (answer) => answer,
  review: (content, words, answer, feedback) =>
    h("div", { class: "cu-turn cu-from-you" }, h("span", { class: "cu-who" }, words["who-you"]),
      h("p", { class: "cu-said", dir: "auto" }, (feedback?.pieces ?? [{ text: answer.text, kind: "", ends: [] }]).map((piece) => [
        piece.kind ? h("mark", { class: `cu-is-${piece.kind}` }, piece.text) : piece.text,
        piece.ends.map((number) => h("sup", { class: "cu-number" }, String(number))),
      ]).flat(2))),
});
