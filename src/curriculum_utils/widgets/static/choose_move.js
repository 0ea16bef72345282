// `choose-move`: pick what to say.
export default exercise({
  form(content, words, changed) {
    const options = choices({ legend: words["label-options"], options: content.options, changed,
      speech: true, unseen: true, marks: course(content) });
    return {
      node: options.node,
      read: () => ({ option: options.read() }),
      write: (answer) => options.write(answer.option),
      focus: options.focus,
    };
  },
  blank: (answer) => !answer.option,
  again: () => null,
  review: (content, words, answer, feedback) =>
    h("ul", { class: "cu-chosen" }, content.options.map((option) => {
      const mine = option.id === answer.option, tone = feedback?.tone === "right" ? "right" : "wrong";
      return h("li", { class: `cu-speech${mine ? ` cu-mine cu-tone-${feedback ? tone : "none"}` : ""}` },
        mine && h("span", { class: "cu-mine-label" }, feedback && sign(tone), words["your-choice"]),
        h("span", course(content), option.text));
    })),
});
