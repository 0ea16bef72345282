// `match-reason`: choose a reason for each move.
const letter = (index) => String.fromCharCode(65 + index);

export default exercise({
  form(content, words, changed) {
    const id = newId();
    const selects = content.left.map((left, index) =>
      h("select", { id: `${id}-${index}`, class: "cu-select", on: { change: () => { echo(index); changed(); } } },
        h("option", { value: "" }, words["choose-reason"]),
        content.right.map((right, place) => h("option", { value: right.id, ...course(content) }, `${letter(place)}. ${right.text}`))));
    const echoes = content.left.map(() => h("p", { class: "cu-echo", "aria-hidden": "true", ...course(content) }));
    const echo = (index) => {
      echoes[index].textContent = content.right.find((right) => right.id === selects[index].value)?.text ?? "";
    };
    return {
      node: h("div", { class: "cu-match" },
        h("p", { class: "cu-legend", id: `${id}-r` }, words["label-reasons"]),
        h("ol", { class: "cu-reasons", "aria-labelledby": `${id}-r` }, content.right.map((right) => h("li", {}, h("span", course(content), right.text)))),
        h("fieldset", { class: "cu-choices" }, h("legend", { class: "cu-unseen" }, words["label-match"]),
          content.left.map((left, index) => h("div", { class: "cu-pair" },
            h("label", { for: `${id}-${index}`, ...course(content) }, content.names[left.move] ?? left.move), selects[index], echoes[index])))),
      read: () => ({ pairs: Object.fromEntries(content.left
        .map((left, index) => [left.id, selects[index].value]).filter(([, reason]) => reason)) }),
      write: (answer) => content.left.forEach((left, index) => {
        selects[index].value = answer.pairs?.[left.id] ?? "";
        if (selects[index].selectedIndex < 0) selects[index].value = "";
        echo(index);
      }),
      focus: () => (selects.find((select) => !select.value) ?? selects[0]).focus(),
    };
  },
  blank: (answer) => !Object.keys(answer.pairs).length,
  again: (answer) => answer,
  review: (content, words, answer, feedback) =>
    h("dl", { class: "cu-pairs" }, content.left.map((left) => {
      const reason = content.right.find((right) => right.id === answer.pairs[left.id]);
      const fits = feedback?.pairs?.[left.id];
      return h("div", { class: "cu-pair-shown" },
        h("dt", course(content), content.names[left.move] ?? left.move),
        reason ? h("dd", course(content), reason.text) : h("dd", {}, words["pair-missing"]),
        fits !== undefined && h("dd", { class: `cu-fits cu-is-${fits ? "right" : "wrong"}` },
          sign(fits ? "right" : "wrong"), words[fits ? "pair-right" : "pair-wrong"]));
    })),
});
