// What the pages do beyond HTML: keys, lists, one submit at a time, typed values that survive, charts. No page needs it to work.
"use strict";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const typing = (element) => element?.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

// Keys that work everywhere: "/" searches, Ctrl+Enter saves and opens the next, Escape closes.
document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "/" && !typing(event.target)) {
    const search = document.querySelector("[data-shortcut='/']");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.("form");
    if (form) { event.preventDefault(); form.requestSubmit(form.querySelector("button[data-again]") ?? undefined); }
  } else if (event.key === "Escape") {
    all("details.menu[open]").forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  } else if (event.key === "Enter" && event.target.matches?.("form[data-enter=next] :is(input, select)")) {
    goOn(event);
  } else if (!typing(event.target)) {
    if (document.querySelector("[data-cards]")) moveInCards(event); else moveInList(event);
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) print();
  all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

// In an entry form Enter goes on to the next field; on the last one it submits as usual.
function goOn(event) {
  const fields = all("input:not([type=hidden]), select, textarea", event.target.form).filter((field) => !field.disabled && field.checkVisibility());
  const next = fields[fields.indexOf(event.target) + 1];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.select?.();
}

// Lists: up and down move, Enter opens, Space selects.
function makeCurrent(row) {
  all("tr[data-current]").forEach((other) => other.removeAttribute("data-current"));
  row.setAttribute("data-current", "");
}
function moveInList(event) {
  const table = document.querySelector("table[data-list]");
  const control = event.target.closest?.("a, button, summary, select");
  if (!table || (control && !table.contains(control))) return;
  const rows = all("tbody tr", table);
  const here = rows.findIndex((row) => row.hasAttribute("data-current"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const next = rows[Math.max(0, Math.min(rows.length - 1, here + step))];
    if (next) makeCurrent(next);
    (next?.querySelector("a, .pick") ?? next)?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
    event.preventDefault();
  } else if (event.key === "Enter" && here >= 0 && !control) {
    rows[here].querySelector("a")?.click();
    event.preventDefault();
  } else if (event.key === " " && here >= 0 && !event.target.matches(".pick")) {
    rows[here].querySelector(".pick")?.click();
    event.preventDefault();
  }
}

// Cards that are worked off one after another: up and down or j and k move, Enter goes into the card.
function stand(card) {
  all("[data-card][data-current]").forEach((other) => other.removeAttribute("data-current"));
  card.setAttribute("data-current", "");
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}
function moveInCards(event) {
  const control = event.target.closest?.("a, button, summary, select");
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (control && (event.key === "Enter" || control.matches("select"))) return;
  const cards = all("[data-card]");
  const here = cards.findIndex((card) => card.hasAttribute("data-current"));
  if (step) {
    if (cards.length) stand(cards[Math.max(0, Math.min(cards.length - 1, here + step))]);
    event.preventDefault();
  } else if (event.key === "Enter" && here >= 0) {
    cards[here].querySelector("form select, form input:not([type=hidden])")?.focus();
    event.preventDefault();
  }
}
// After a card was settled in its place the next open one is up; one that was refused stays.
let settling = "";
document.addEventListener("submit", (event) => { settling = event.target.closest("[data-card]")?.id ?? ""; }, true);
document.addEventListener("htmx:after:swap", () => {
  const card = settling && document.getElementById(settling);
  if (!card) return;
  settling = "";
  const cards = all("[data-card]");
  const after = cards.slice(cards.indexOf(card) + 1).concat(cards);
  const next = card.hasAttribute("data-done") ? after.find((other) => !other.hasAttribute("data-done")) : card;
  stand(next ?? card);
  next?.querySelector("form select")?.focus();
});

// What the server knows of a recipient fills the fields that are empty, or still hold what it filled in before; what
// somebody typed stays. It comes as <template data-fill='{"name": "…"}'> beside the form.
let filled = {};
function fill(template) {
  const form = document.querySelector("form[data-enter]");
  if (!form) return;
  const known = JSON.parse(template.dataset.fill);
  const changed = Object.entries(known).filter(([name, value]) => {
    const field = form.elements[name];
    if (!field || field === document.activeElement || field.value === value) return false;
    if (field.value !== "" && field.value !== filled[name]) return false;
    field.value = value;
    return true;
  });
  filled = known;
  if (changed.length) form.dispatchEvent(new Event("filled"));
}
document.addEventListener("htmx:after:swap", () => all("template[data-fill]").forEach(fill));

// The bulk bar says how many rows are selected and their sum. Fen are counted as whole numbers, never as fractions.
function grouped(digits) { return digits.replace(/\B(?=(\d{3})+$)/g, ","); }
function yuan(fen) {
  const digits = fen.toString().padStart(3, "0");
  return `${grouped(digits.slice(0, -2))}.${digits.slice(-2)}`;
}
function countPicked() {
  const bar = document.querySelector(".bulk[data-words]");
  if (!bar) return;
  const picked = all("tbody .pick:checked");
  const sum = picked.reduce((total, box) => total + BigInt(box.dataset.fen ?? "0"), 0n);
  bar.hidden = picked.length === 0;
  all("[data-words]", bar).concat(bar).filter((part) => part.dataset.words).forEach((part) => {
    const text = part.dataset.words.replace("{n}", grouped(String(picked.length))).replace("{sum}", yuan(sum));
    (part === bar ? bar.querySelector("b") : part).textContent = text;
  });
  const everything = document.querySelector("thead .pick");
  if (everything) everything.checked = picked.length > 0 && picked.length === all("tbody .pick").length;
}
document.addEventListener("change", (event) => {
  if (event.target.matches("thead .pick")) all("tbody .pick").forEach((box) => { box.checked = event.target.checked; });
  if (event.target.matches(".pick")) countPicked();
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  if (event.target.matches("input[type=file]")) nameFile(event.target);
});

// One submit at a time. The server would not double it either; the person should see that it is under way.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  keep(form);
  if (form.matches("[data-upload]")) { event.preventDefault(); send(form); }
  // After this turn, so that the pressed button's own value is still sent.
  setTimeout(() => all("button:not([type=button])", form).forEach((button) => { button.disabled = true; button.setAttribute("aria-busy", "true"); }));
});
function release(form) {
  delete form.dataset.sent;
  all("button[aria-busy]", form).forEach((button) => { button.disabled = false; button.removeAttribute("aria-busy"); });
}
addEventListener("pageshow", (event) => { if (event.persisted) all("form[data-sent]").forEach(release); });

// A file on its way: how much of it is sent, then that it is being checked. Without this the browser sends it by itself.
function send(form) {
  const [box, request] = [form.querySelector("[data-sending]"), new XMLHttpRequest()];
  const [bar, line] = [box.querySelector("progress"), box.querySelector("p")];
  const size = (bytes) => `${grouped(String(Math.ceil(bytes / 1024)))} KiB`;
  const stop = (notices) => { box.hidden = true; release(form); document.getElementById("notices").replaceChildren(...notices); };
  request.upload.onprogress = (event) => {
    bar.max = event.total; bar.value = event.loaded;
    line.textContent = box.dataset.sent.replace("{sent}", size(event.loaded)).replace("{all}", size(event.total));
  };
  request.upload.onload = () => { bar.removeAttribute("value"); line.textContent = box.dataset.checking; };
  request.onerror = () => stop([offline()]);
  request.onload = () => {
    const to = request.getResponseHeader("HX-Redirect");
    if (to) { location.assign(to); return; }
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const main = answer.querySelector("main");
    if (main) { document.querySelector("main").replaceWith(main); document.querySelector("[data-focus]")?.focus(); } else stop(answer.body.children);
  };
  box.hidden = false;
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("HX-Current-URL", location.href);
  request.send(new FormData(form));
}

// Typed values survive a change of language or look, a sign-in that became necessary while somebody typed, and an error page.
// They stay in this tab, for one return to the same page, with the form's request key: sending them again is the same submit.
// Passwords and files are never kept.
const kept = "typed";
function keep(submitted) {
  const form = document.querySelector("form[data-keep]");
  const switches = submitted.matches("[action='/language'], [action='/theme']");
  if (!form || (submitted !== form && !switches)) return;
  const fields = all("input:not([name=csrf], [type=password], [type=file]), select, textarea", form)
    .map((field) => [field.name, field.value, field.checked]);
  sessionStorage.setItem(kept, JSON.stringify({ path: location.pathname, comesBack: switches, fields }));
}
function restore() {
  const stored = JSON.parse(sessionStorage.getItem(kept) ?? "null");
  if (!stored) return;
  if (document.querySelector("form[data-sign-in], .error-page")) {
    sessionStorage.setItem(kept, JSON.stringify({ ...stored, comesBack: true }));
    return;
  }
  sessionStorage.removeItem(kept);
  const form = document.querySelector("form[data-keep]");
  // Else it was recorded, or the server gave the form back filled.
  if (!form || !stored.comesBack || stored.path !== location.pathname) return;
  stored.fields.forEach(([name, value, checked]) => {
    const boxes = all(`[name="${CSS.escape(name)}"]`, form);
    const field = boxes.find((box) => box.value === value) ?? boxes[0];
    if (!field) return;
    if (/^(checkbox|radio)$/.test(field.type)) field.checked = checked; else field.value = value;
  });
}

// Files are dropped on their label.
function nameFile(input) {
  const label = document.querySelector(`label[for="${input.id}"] [data-file-name]`);
  if (label && input.files.length) label.textContent = [...input.files].map((file) => file.name).join(", ");
}
["dragover", "dragleave", "drop"].forEach((kind) => document.addEventListener(kind, (event) => {
  const label = event.target.closest?.(".drop");
  if (!label) return;
  event.preventDefault();
  label.classList.toggle("over", kind === "dragover");
  if (kind === "drop") {
    const input = document.getElementById(label.htmlFor);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }
}));

// Codes are grouped for reading and copied without the blanks.
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (selection.isCollapsed || typing(event.target)) return;
  const inside = selection.anchorNode.parentElement?.closest(".code");
  let text = selection.toString();
  if (inside && inside.contains(selection.focusNode)) text = text.replace(/\s+/g, "");
  else all(".code", selection.getRangeAt(0).cloneContents()).forEach((code) => { text = text.replace(code.textContent, code.textContent.replace(/\s+/g, "")); });
  event.clipboardData.setData("text/plain", text);
  event.preventDefault();
});

// When the server cannot be reached, the page says so and keeps what was typed.
function offline() {
  const words = document.getElementById("notices")?.dataset.offline ?? "";
  return Object.assign(document.createElement("div"), { className: "alert alert-danger", textContent: words });
}
document.addEventListener("htmx:error", () => document.getElementById("notices")?.replaceChildren(offline()));

// Back keeps the place: how far a list was scrolled, and which row was opened.
const placeOf = () => `place:${location.pathname}${location.search}`;
addEventListener("pagehide", () => {
  const table = document.querySelector("table[data-list]");
  if (!table) return;
  const row = all("tbody tr", table).findIndex((one) => one.hasAttribute("data-current"));
  sessionStorage.setItem(placeOf(), JSON.stringify({ row, sheet: table.parentElement.scrollTop, main: document.querySelector("main").scrollTop }));
});
document.addEventListener("click", (event) => {
  const row = event.target.closest?.("table[data-list] tbody tr");
  if (row) makeCurrent(row);
}, true);
function takePlace() {
  const table = document.querySelector("table[data-list]");
  const place = JSON.parse(sessionStorage.getItem(placeOf()) ?? "null");
  if (!table || !place || performance.getEntriesByType("navigation")[0]?.type !== "back_forward") return;
  const row = all("tbody tr", table)[place.row];
  if (row) { makeCurrent(row); (row.querySelector("a, .pick") ?? row).focus({ preventScroll: true }); }
  table.parentElement.scrollTop = place.sheet;
  document.querySelector("main").scrollTop = place.main;
}

// Charts: <div class="chart" data-chart="ID"> beside <script type="application/json" id="ID">, which holds
// {"kind": "columns" | "bars", "labels": [...], "links": [...], "series": [{"name", "values": ["1234.56", ...], "quiet": false}]}. A quiet series (a budget) is grey behind the others.
// Heights are drawn from the values; what is read is the text of the value.
function draw(box) {
  const { kind, labels, links = [], series, unit = "" } = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const style = getComputedStyle(document.documentElement);
  const probe = box.appendChild(document.createElement("i"));
  const token = (name) => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };
  const [ink, line] = [token("--quiet"), token("--line")];
  const colours = [1, 2, 3, 4, 5, 6].map((n) => token(`--c${n}`));
  const surface = { backgroundColor: token("--tblr-bg-surface"), borderColor: line, textStyle: { color: token("--tblr-body-color"), fontSize: 12 } };
  probe.remove();
  const exact = (text) => { const [whole, part = "00"] = text.split("."); return `${grouped(whole)}.${part}`; };
  const compact = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 2 });
  const names = { type: "category", data: labels, inverse: kind === "bars", axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { color: ink, width: 130, overflow: "truncate", hideOverlap: true } };
  const values = { type: "value", splitNumber: 4, axisLabel: { color: ink, formatter: (value) => compact.format(value), hideOverlap: true }, splitLine: { lineStyle: { color: line } } };
  const chart = echarts.init(box, null, { renderer: "svg" });
  chart.setOption({
    color: colours, animation: false, textStyle: { fontFamily: style.getPropertyValue("--tblr-font-sans-serif") },
    grid: { left: 4, right: 16, top: series.length > 1 ? 32 : 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    legend: series.length > 1 ? { top: 0, right: 0, itemWidth: 12, itemHeight: 8, textStyle: { color: ink } } : undefined,
    tooltip: { ...surface, trigger: "axis", axisPointer: { type: "shadow" }, renderMode: "richText",
      formatter: (items) => [items[0].name, ...items.map((item) => `${item.seriesName}  ${exact(series[item.seriesIndex].values[item.dataIndex])} ${unit}`)].join("\n") },
    xAxis: kind === "bars" ? values : names, yAxis: kind === "bars" ? names : values, aria: { enabled: true, decal: { show: series.length > 3 } },
    series: series.map((one) => ({ name: one.name, type: "bar", barMaxWidth: kind === "bars" ? 12 : 26, cursor: links.length ? "pointer" : "default", data: one.values.map(Number), itemStyle: one.quiet ? { color: ink, opacity: 0.45 } : {} })),
  });
  chart.on("click", (event) => { if (links[event.dataIndex]) location.assign(links[event.dataIndex]); });
  new ResizeObserver(() => chart.resize()).observe(box);
}

// The summary above a form names the field of each sentence as its label does.
function nameFields() {
  const colon = document.documentElement.lang.startsWith("zh") ? "：" : ": ";
  all(".alert a[href^='#f-']").forEach((link) => {
    const label = document.querySelector(`label.form-label[for="${CSS.escape(link.hash.slice(1))}"]`);
    if (label) link.prepend(label.textContent.trim() + colon);
  });
}

addEventListener("DOMContentLoaded", () => {
  restore();
  nameFields();
  all("template[data-fill]").forEach(fill);
  countPicked();
  takePlace();
  document.querySelector("[data-focus]")?.focus();
  if (globalThis.echarts) all("[data-chart]").forEach(draw);
});
