// What came back of a graded exercise: points, the words that they rest on, what the instructor says.
// Stands before exercise.js, whose `drawResult` draws the answer, in one module.

/** A time in words, with its day; null for none that can be read. */
const dayOf = (at, language, parts = { day: "numeric", month: "long", year: "numeric" }) => {
  const then = new Date(at);
  return at && !Number.isNaN(then.getTime()) ? then.toLocaleString(locale(language), parts) : null;
};

const drawRemark = (content, words, remark) => {
  const who = remark.by ? fill(words["returned-remark-by"], { by: remark.by }) : words["returned-remark"];
  const date = dayOf(remark.at, content.language);
  return h("figure", { class: "cu-said-by-instructor" },
    h("figcaption", { class: "cu-small" }, date ? fill(words["returned-remark-at"], { who, date }) : who),
    h("blockquote", {}, remark.text));
};

/** The whole of it, below the form; nothing before anything has come back. */
const drawReturned = (type, content, words, back, link) => {
  if (!back) return [];
  const id = newId(), date = dayOf(back.submitted, content.language), time = dayOf(back.submitted, content.language, { hour: "2-digit", minute: "2-digit" });
  const notice = back.other_version ? words["returned-other-version"] : back.earlier ? words["returned-earlier"] : "";
  const verdict = back.feedback && h("p", { class: "cu-returned-verdict" }, back.feedback.verdict);
  const result = back.answer ? drawResult(type, content, words, back.answer, back.feedback).flat().filter(Boolean) : [verdict];
  const missing = !back.answer && !back.other_version && !back.feedback && h("p", {}, words["returned-none"]);
  return [h("div", { class: "cu-returned", role: "group", "aria-labelledby": id },
    h("header", { class: "cu-returned-head" },
      h("h3", { id }, words["returned-title"]),
      h("p", { class: "cu-returned-points" }, back.points ?? words["returned-no-points"])),
    h("p", { class: "cu-small" }, date ? fill(words["returned-for"], { date, time }) : words["returned-for-undated"]),
    notice && h("p", { class: "cu-returned-notice" }, notice),
    result, missing,
    back.by_person && h("p", { class: "cu-small" }, words["returned-by-person"]),
    back.waiting && h("p", { class: "cu-returned-waiting" }, words["returned-waiting"]),
    back.remarks.map((remark) => drawRemark(content, words, remark)),
    drawContest(content, words, back, link))];
};
