// Sorts, filters and copies the table of cells; without a script it is whole, and in order.
"use strict";
(() => {
  const table = document.getElementById("cells-table");
  if (!table) return;
  const { choices, every, copy, copied, notCopied, shown } = table.dataset;
  const heads = [...table.tHead.rows[0].cells];
  const names = heads.map((head) => head.textContent.replace(/\s+/g, " ").trim());
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const textOf = (row, column) => row.cells[column].textContent.trim();
  const tools = document.createElement("div");
  tools.className = "tools";
  const status = document.createElement("span");
  status.setAttribute("role", "status");

  const numeral = (text) => parseFloat(text.replace(/[,<±]/g, ""));
  const order = (column) => (a, b) => {
    const [first, second] = [textOf(a, column), textOf(b, column)];
    const [x, y] = [numeral(first), numeral(second)];
    if (!heads[column].classList.contains("number")) return first.localeCompare(second);
    return x - y;
  };
  const sort = (column, sign) => {
    const numeric = heads[column].classList.contains("number");
    const empty = (row) => numeric && Number.isNaN(numeral(textOf(row, column)));
    const known = rows.filter((row) => !empty(row)).sort(order(column));
    if (sign < 0) known.reverse();
    body.append(...known, ...rows.filter(empty));
  };
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      sort(column, sign);
    });
  });

  const filters = [];
  const filter = () => {
    const wanted = filters.filter(([select]) => select.value !== "");
    const fits = (row) => wanted.every(([select, column]) => select.value === `=${textOf(row, column)}`);
    rows.forEach((row) => { row.hidden = !fits(row); });
    const left = rows.filter((row) => !row.hidden).length;
    status.textContent = shown.replace("{shown}", left).replace("{of}", rows.length);
  };
  for (let column = 0; column < Number(choices); column += 1) {
    const values = [...new Set(rows.map((row) => textOf(row, column)))];
    if (values.length < 2) continue;
    const choice = document.createElement("div");
    const label = document.createElement("label");
    const select = document.createElement("select");
    select.id = `choice-${column}`;
    label.htmlFor = select.id;
    label.textContent = names[column];
    select.add(new Option(every, ""));
    values.forEach((value) => select.add(new Option(value || "–", `=${value}`)));
    select.addEventListener("change", filter);
    choice.append(label, select);
    tools.append(choice);
    filters.push([select, column]);
  }

  const field = (text) => (/[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const csv = () => {
    const seen = [...body.rows].filter((row) => !row.hidden);
    const plain = (row) => names.map((_, column) => {
      const text = textOf(row, column);
      return field(heads[column].classList.contains("number") ? text.replace(/,/g, "") : text);
    });
    return [names.map(field), ...seen.map(plain)].map((line) => `${line.join(",")}\n`).join("");
  };
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = copy;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(csv());
      status.textContent = copied;
    } catch {
      status.textContent = notCopied;
    }
  });
  tools.append(button, status);
  table.parentElement.before(tools);

  const reveal = () => {
    const row = document.getElementById(location.hash.slice(1));
    if (!row || !rows.includes(row)) return;
    if (row.hidden) {
      filters.forEach(([select]) => { select.value = ""; });
      filter();
    }
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", reveal);
  document.addEventListener("click", ({ target }) => {
    const link = target.closest("a");
    if (!link || !link.hash || link.hash !== location.hash) return;
    window.dispatchEvent(new HashChangeEvent("hashchange")); // no browser tells of the same one
  });
  reveal();
})();
