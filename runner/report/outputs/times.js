// Draws how the times of a cell are distributed, once it is opened; the table beside it has the figures.
"use strict";
(() => {
  const every = document.getElementById("each-cell");
  if (!every) return;
  every.classList.add("acting");
  const bars = Number(every.dataset.bars); // of an octave
  const [LEFT, WIDEST, HEIGHT, GAP, AXIS] = [8, 704, 56, 34, 20];
  const element = (name, attributes, text) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const powers = ["1e-6", "1e-5", "1e-4", "1e-3", "0.01", "0.1", "1", "10", "100", "1e3", "1e4", "1e5", "1e6"].map(Number);
  const number = (ms) => (ms >= 1000 ? ms.toLocaleString("en") : String(Number(ms.toPrecision(1))));

  const draw = (box) => {
    const parts = JSON.parse(box.dataset.times);
    const first = Math.min(...parts.map((part) => part.first)) - 1;
    const last = Math.max(...parts.map((part) => part.first + part.counts.length)) + 1;
    const width = Math.min(WIDEST, box.clientWidth - 2 * LEFT);
    const bar = width / (last - first);
    const place = (ms) => LEFT + bar * (bars * Math.log2(ms * 1e6) - first);
    const bottom = parts.length * (HEIGHT + GAP);
    const svg = element("svg", {
      viewBox: `0 0 ${width + 2 * LEFT} ${bottom + AXIS}`, role: "img", "aria-label": box.dataset.label,
    });
    const inside = (ms) => place(ms) >= LEFT && place(ms) <= LEFT + width;
    const ticks = powers.filter(inside).length > 2 ? powers : powers.flatMap((ms) => [ms, 2 * ms, 5 * ms]);
    ticks.filter(inside).forEach((ms) => {
      const x = place(ms);
      svg.append(element("line", { class: "grid", x1: x, x2: x, y1: GAP, y2: bottom }));
      const anchor = x > width - 20 ? "end" : "middle";
      svg.append(element("text", { x, y: bottom + 14, "text-anchor": anchor }, number(ms)));
    });
    parts.forEach((part, row) => {
      const base = (row + 1) * (HEIGHT + GAP);
      const most = Math.max(...part.counts);
      const start = LEFT + bar * (part.first - first);
      const up = (count) => (count ? Math.max(1, (HEIGHT * count) / most) : 0);
      const steps = part.counts.map((count) => `V${(base - up(count)).toFixed(1)}h${bar.toFixed(2)}`);
      svg.append(element("path", { class: "bars", d: `M${start.toFixed(1)} ${base}${steps.join("")}V${base}Z` }));
      svg.append(element("line", { class: "base", x1: LEFT, x2: LEFT + width, y1: base, y2: base }));
      svg.append(element("text", { class: "part", x: LEFT, y: base - HEIGHT - 18 }, part.name));
      part.marks.forEach(([name, ms], order) => {
        const x = place(ms);
        svg.append(element("line", { class: "mark", x1: x, x2: x, y1: base - HEIGHT - 12, y2: base }));
        const side = order ? { x: x + 3, "text-anchor": "start" } : { x: x - 3, "text-anchor": "end" };
        svg.append(element("text", { class: "mark", y: base - HEIGHT - 4, ...side }, name));
      });
    });
    const axis = document.createElement("p");
    axis.className = "note";
    axis.textContent = box.dataset.axis;
    box.append(svg, axis);
  };
  every.querySelectorAll("details").forEach((details) => {
    const drawn = () => {
      const box = details.querySelector(".times");
      if (box && details.open && !box.firstChild) draw(box);
    };
    details.addEventListener("toggle", drawn);
  });

  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    const details = target && every.contains(target) && target.closest("details");
    if (!details) return;
    details.open = true;
    details.scrollIntoView({ block: "start" });
    target.focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", reveal);
  reveal();
})();
