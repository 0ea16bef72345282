// What was answered before, and what was said of it. Stands behind common.js in one module.

/** The verdict and what goes with it, below the answer as `type.review` draws it. */
const drawResult = (type, content, words, answer, feedback) => {
  const labels = feedback?.labels?.length
    && h("ul", { class: "cu-labels" }, feedback.labels.map((label) => labelLine(content, words, label)));
  return [
    h("div", { class: labels ? "cu-answer cu-beside" : "cu-answer" }, type.review(content, words, answer, feedback), labels),
    answer.confidence && h("p", { class: "cu-small" },
      fill(words["confidence-label"], { level: words[`confidence-${answer.confidence}`] })),
    feedback && h("div", { class: `cu-verdict cu-tone-${feedback.tone}` },
      h("p", { class: "cu-verdict-line" }, sign(feedback.tone), h("strong", {}, feedback.verdict)),
      feedback.remarks?.map((remark) => h("p", { class: `cu-remark cu-is-${remark.kind}`,
        ...(remark.authored ? course(content) : {}) }, remark.text)),
      feedback.note && h("p", { class: "cu-small" }, feedback.note)),
  ];
};

/** The last attempt; above a new one (`trying`) as an earlier version that stays in view. */
const drawLatest = (type, content, words, state, trying) => {
  const last = drawResult(type, content, words, state.answer, state.feedback);
  if (trying) return [h("details", { class: "cu-earlier", open: true }, h("summary", {}, words["earlier-version"]), last)];
  return [...last.flat().filter(Boolean), ...(content.final ? [h("p", { class: "cu-small" }, words["saved-pretest"])] : [])];
};

/** The attempts before the last one, closed. */
const drawEarlier = (type, content, words, attempts) => (attempts.length === 0 ? [] : [
  h("summary", {}, fill(words["earlier-attempts"], { count: attempts.length })),
  ...attempts.map((old) => h("div", { class: "cu-old" },
    h("p", { class: "cu-small" }, fill(words["attempt-line"], { attempt: old.attempt, time: clock(old.at, content.language) })),
    type.review(content, words, old.answer, old.feedback),
    h("p", { class: "cu-small" }, old.feedback?.verdict))),
]);
