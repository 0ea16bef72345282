// `spot-the-trap`: mark the words where it goes wrong, and name the trap.
// A turn is a list of words: click or drag to mark, Shift+click or Shift+arrow for several, arrows and Space by keyboard.

const within = (word, ranges) => (ranges ?? []).some(([start, end]) => word.start < end && word.end > start);

/** One therapist turn whose words can be marked. */
const markable = (turn, number, words, changed, marks) => {
  const cells = turn.words.filter((word) => word.start >= 0);
  const lead = turn.words.find((word) => word.start < 0)?.after;
  let on = cells.map(() => false), at = 0, anchor = 0, drag = null;

  const paint = () => options.forEach((option, index) => {
    option.setAttribute("aria-selected", String(on[index]));
    option.tabIndex = index === at ? 0 : -1;
    gaps[index].classList.toggle("cu-marked", on[index] && Boolean(on[index + 1]));
  });
  const set = (from, to, value, base = on) => {
    const [first, last] = from < to ? [from, to] : [to, from];
    on = base.map((was, index) => (index >= first && index <= last ? value : was));
    paint();
  };
  const move = (to, extend) => {
    at = Math.max(0, Math.min(cells.length - 1, to));
    if (extend) { set(anchor, at, true); changed(); } else { anchor = at; paint(); }
    options[at].focus();
  };
  /** The word nearest to this one on the line below (1) or above (-1); this one where there is no such line. */
  const onNextLine = (way) => {
    const boxes = options.map((option) => option.getBoundingClientRect()), here = boxes[at];
    const lines = boxes.map((box) => Math.round((box.top - here.top) / here.height));
    const line = lines.filter((row) => row * way > 0).sort((a, b) => (a - b) * way)[0];
    const distance = (index) => Math.abs(boxes[index].left - here.left);
    return options.map((_, index) => index).filter((index) => lines[index] === line)
      .reduce((best, index) => (best === at || distance(index) < distance(best) ? index : best), at);
  };
  const key = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return; // the browser's own: back, forward
    const forward = getComputedStyle(node).direction === "rtl" ? -1 : 1;
    const step = { ArrowRight: forward, ArrowLeft: -forward }[event.key], line = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) move(at + step, event.shiftKey);
    else if (line) move(onNextLine(line), event.shiftKey);
    else if (event.key === "Home") move(0, event.shiftKey);
    else if (event.key === "End") move(cells.length - 1, event.shiftKey);
    else if (event.key === " " || event.key === "Enter") { set(at, at, !on[at]); anchor = at; changed(); }
    else return;
    event.preventDefault();
  };
  const press = (index) => (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return; // fingers tap, or select and use the button
    event.preventDefault();
    at = index;
    options[index].focus({ preventScroll: true });
    if (event.shiftKey) { set(anchor, index, true); changed(); return; }
    anchor = index;
    drag = { from: index, value: !on[index], base: on };
    set(index, index, drag.value);
    const over = (moved) => {
      const hit = options.indexOf(document.elementFromPoint(moved.clientX, moved.clientY)?.closest?.(".cu-word"));
      if (hit >= 0) set(drag.from, hit, drag.value, drag.base);
    };
    const up = () => { removeEventListener("pointermove", over); drag = null; changed(); };
    addEventListener("pointermove", over);
    addEventListener("pointerup", up, { once: true });
  };
  const tap = (index) => (event) => {
    if (event.pointerType !== "touch" || !getSelection().isCollapsed) return;
    at = anchor = index;
    set(index, index, !on[index]);
    changed();
  };
  const options = cells.map((word, index) => h("span", { role: "option", class: "cu-word",
    on: { pointerdown: press(index), click: tap(index) } }, word.text));
  const gaps = cells.map((word) => h("span", { class: "cu-gap", "aria-hidden": "true" }, word.after));
  const node = h("p", { class: "cu-words", role: "listbox", "aria-multiselectable": "true", "aria-orientation": "horizontal", ...marks,
    "aria-label": fill(words["mark-turn"], { number }), on: { keydown: key } },
    lead && h("span", { "aria-hidden": "true" }, lead), options.map((option, index) => [option, gaps[index]]).flat());
  paint();
  return {
    node,
    /** Runs of marked words as character ranges of the turn. */
    read: () => cells.reduce((marks, word, index) => {
      if (!on[index]) return marks;
      if (on[index - 1]) marks.at(-1).end = word.end;
      else marks.push({ turn: turn.id, start: word.start, end: word.end });
      return marks;
    }, []),
    write: (marks) => {
      const ranges = marks.filter((mark) => mark.turn === turn.id).map((mark) => [mark.start, mark.end]);
      on = cells.map((word) => within(word, ranges));
      paint();
    },
    /** Marks the words that the browser's own selection touches; whether there were any. */
    markSelected: (selection) => {
      const touched = options.map((option) => selection.containsNode(option, true));
      if (!touched.some(Boolean)) return false;
      on = on.map((was, index) => was || touched[index]);
      paint();
      return true;
    },
    focus: () => options[at]?.focus(),
  };
};

/** A turn with the words that were marked and, in feedback, those of the trap. */
const marked = (turn, answer, feedback) => {
  const mine = (answer.marks ?? []).filter((mark) => mark.turn === turn.id).map((mark) => [mark.start, mark.end]);
  const trap = feedback?.words?.[turn.id];
  const kinds = (word) => `${within(word, mine) ? " cu-yours" : ""}${within(word, trap) ? " cu-here" : ""}`;
  return h("p", {}, turn.words.map((word, index) => {
    const next = turn.words[index + 1], own = kinds(word), joined = next && own === kinds(next) ? own : "";
    return [own ? h("mark", { class: own.trim() }, word.text) : word.text,
      joined ? h("mark", { class: joined.trim() }, word.after) : word.after];
  }).flat());
};

/** The words in such ranges, for those who listen: to them the marks in the text are silent. */
const quoted = (content, words, marks) => {
  const text = ({ turn, start, end }) => (content.vignette.turns.find((one) => one.id === turn)?.words ?? [])
    .filter((word) => within(word, [[start, end]])).map((word) => word.text).join(" ");
  return h("span", { class: "cu-unseen" }, " ", marks.length
    ? h("span", course(content), marks.map((mark) => fill(words["access-quoted"], { words: text(mark) })).join(" "))
    : words["nothing-marked"]);
};

export default exercise({
  drawsVignette: true,
  form(content, words, changed) {
    let number = 0;
    const help = newId(), turns = [];
    const say = (turn) => {
      if (!turn.words) return turn.text;
      turns.push(markable(turn, (number += 1), words, changed, { "aria-describedby": help }));
      return turns.at(-1).node;
    };
    const picture = conversation(content, say);
    const traps = choices({ legend: words["label-traps"], changed, marks: course(content),
      options: content.traps.map((name) => ({ id: name, text: content.names[name] ?? name })) });
    const clear = h("button", { type: "button", class: "cu-button cu-quiet",
      on: { click: () => { turns.forEach((turn) => turn.write([])); changed(); } } }, words["button-clear-marks"]);
    const take = h("button", { type: "button", class: "cu-button cu-quiet", hidden: true, on: {
      pointerdown: (event) => event.preventDefault(), // keeps the selection
      click: () => {
        if (turns.map((turn) => turn.markSelected(getSelection())).some(Boolean)) changed();
        getSelection().removeAllRanges();
      } } }, words["button-mark"]);
    const node = h("div", { class: "cu-spot" },
      h("p", { class: "cu-small", id: help }, words[matchMedia("(hover: none)").matches ? "mark-help-touch" : "mark-help"]),
      picture, h("div", { class: "cu-actions" }, take, clear), traps.node);
    const selected = () => {
      if (!node.isConnected) { document.removeEventListener("selectionchange", selected); return; }
      const selection = getSelection();
      take.hidden = selection.isCollapsed || !turns.some((turn) => selection.containsNode(turn.node, true));
    };
    node.addEventListener("pointerdown", () => document.addEventListener("selectionchange", selected), { once: true });
    return {
      node,
      read: () => ({ trap: traps.read(), marks: turns.flatMap((turn) => turn.read()) }),
      write: (answer) => {
        turns.forEach((turn) => turn.write(Array.isArray(answer.marks) ? answer.marks : []));
        traps.write(answer.trap);
      },
      focus: () => turns[0]?.focus(),
    };
  },
  blank: (answer) => !answer.trap && !answer.marks.length,
  again: (answer) => answer,
  review: (content, words, answer, feedback) => h("div", { class: "cu-spotted" },
    conversation(content, (turn) => (turn.words ? marked(turn, answer, feedback) : turn.text)),
    h("p", { class: "cu-small cu-legend-line" },
      h("span", {}, h("mark", { class: "cu-yours" }, words["legend-yours"]), quoted(content, words, answer.marks ?? [])),
      feedback?.words && h("span", {}, h("mark", { class: "cu-here" }, words["legend-trap"]),
        quoted(content, words, Object.entries(feedback.words)
          .flatMap(([turn, ranges]) => ranges.map(([start, end]) => ({ turn, start, end })))))),
    h("p", {}, fill(words["trap-chosen"], { trap: content.names[answer.trap] ?? words["no-trap-chosen"] }))),
});
