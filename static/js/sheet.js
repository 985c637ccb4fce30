// The sheet by keyboard, as a spreadsheet is used: every key only moves, restores or shows; the server keeps and judges.
// Without this file the same table is filled in with Tab, and a block is pasted on its own page.
//
// <table data-t-keys="/address/paste">: rows `.t-cellrow`, boxes named `field:row`.

const COLUMNS = ["figure", "denominator", "narrative", "obstacles"];
const AS_COLUMN = { value: "figure", numerator: "figure" };
const BLOCK = /\t|\r?\n(?=.*\S)/s;

const columnOf = (box) => AS_COLUMN[box.name.split(":")[0]] ?? box.name.split(":")[0];
const rowOf = (box) => box.closest("tr");
const isBox = (element) => element instanceof Element && element.matches(".t-cellrow .t-cellbox");
const boxesOf = (row) => Array.from(row.querySelectorAll(".t-cellbox")).filter((box) => box.offsetParent !== null);

function go(box) {
  if (!box) {
    return false;
  }
  box.focus();
  box.select();
  box.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

// The nearest row above or below that has a box in this column; an answer goes on to the figure of the next row.
function vertical(table, box, step, column = columnOf(box)) {
  const rows = Array.from(table.querySelectorAll(".t-cellrow"));
  column = COLUMNS.includes(column) ? column : "figure";
  for (let place = rows.indexOf(rowOf(box)) + step; place >= 0 && place < rows.length; place += step) {
    const found = boxesOf(rows[place]).find((one) => columnOf(one) === column);
    if (found) {
      return found;
    }
  }
  return null;
}

function horizontal(box, step) {
  const row = boxesOf(rowOf(box));
  return row[row.indexOf(box) + step];
}

const allSelected = (box) => box.selectionStart === 0 && box.selectionEnd === box.value.length;
const atStart = (box) => allSelected(box) || (box.selectionStart === 0 && box.selectionEnd === 0);
const atEnd = (box) => allSelected(box) || box.selectionStart === box.value.length;
const several = (box) => box.tagName === "TEXTAREA";

// Down, from the whole of a ratio to the next figure, whatever it is. The last one is left all the same: so it is kept.
function entered(table, box, step) {
  const next = vertical(table, box, step, columnOf(box) === "denominator" ? "figure" : columnOf(box));
  if (!go(next)) {
    box.blur();
    box.focus();
  }
  return true;
}

function moved(table, box, event) {
  switch (event.key) {
    case "Enter":
      if (event.altKey && several(box)) {
        box.setRangeText("\n", box.selectionStart, box.selectionEnd, "end");
        return true;
      }
      return entered(table, box, event.shiftKey ? -1 : 1);
    case "/":
      return box.name.startsWith("numerator:") && go(horizontal(box, 1));
    case "ArrowDown":
      return (!several(box) || atEnd(box)) && go(vertical(table, box, 1));
    case "ArrowUp":
      return (!several(box) || atStart(box)) && go(vertical(table, box, -1));
    case "ArrowRight":
      return atEnd(box) && go(horizontal(box, 1));
    case "ArrowLeft":
      return atStart(box) && go(horizontal(box, -1));
    case "Escape":
      box.value = box.dataset.tBefore ?? box.defaultValue;
      box.select();
      return true;
    default:
      return false;
  }
}

// What is wrong with a block, or asked about it, is the server's word; it is shown before anything of it is taken.
async function show(table, box, text) {
  const [field, ...rest] = box.name.split(":");
  const form = document.getElementById("sheet");
  const fields = new URLSearchParams({ text, name: field, start: rest.join(":"), do: "show" });
  fields.set("csrf_token", form.querySelector('input[name="csrf_token"]').value);
  const answer = await fetch(table.dataset.tKeys, {
    method: "POST",
    body: fields,
    headers: { "HX-Request": "true" },
  });
  if (!answer.ok && answer.status !== 422) {
    send(table.dataset.tKeys, fields);
    return;
  }
  const dialog = document.getElementById("pasted");
  dialog.querySelector("[data-t-pasted]").innerHTML = await answer.text();
  dialog.addEventListener("close", () => go(box), { once: true });
  dialog.showModal();
  const wrong = dialog.querySelector('[aria-invalid="true"]');
  (wrong ?? dialog.querySelector('button[value="take"]') ?? dialog.querySelector("textarea")).focus();
}

// The same as a page of its own, where the answer is something else than the cells: so nothing pasted is lost.
function send(address, fields) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  for (const [name, value] of fields) {
    const area = document.createElement("textarea");
    area.name = name;
    area.value = value;
    form.append(area);
  }
  form.hidden = true;
  document.body.append(form);
  form.submit();
}

function listen(table) {
  table.addEventListener("focusin", ({ target }) => {
    if (isBox(target)) {
      target.dataset.tBefore = target.value;
    }
  });
  table.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.isComposing && (!event.altKey || event.key === "Enter");
    if (isBox(event.target) && plain && moved(table, event.target, event)) {
      event.preventDefault();
    }
  });
  table.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!isBox(event.target) || !COLUMNS.includes(columnOf(event.target))) {
      return;
    }
    if (several(event.target) ? text.includes("\t") : BLOCK.test(text)) {
      event.preventDefault();
      show(table, event.target, text);
    }
  });
}

// What is put in beside the boxes may hold the one that has the focus, and letters that were typed meanwhile.
function keepFocus() {
  let held = null;
  document.addEventListener("htmx:before:swap", () => {
    const box = document.activeElement;
    if (!held && isBox(box) && box.id) {
      held = { id: box.id, value: box.value, changed: box.value !== box.defaultValue, from: box.selectionStart };
    }
  });
  document.addEventListener("htmx:after:swap", () => {
    const box = held && document.getElementById(held.id);
    if (box && box !== document.activeElement && document.activeElement === document.body) {
      if (held.changed) {
        box.value = held.value;
      }
      box.focus();
      box.setSelectionRange(held.from, held.from);
    }
    held = null;
  });
}

// "?" opens what the keys do, wherever no text is typed.
function offerHelp() {
  const help = document.querySelector("details[data-t-keyhelp]");
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.matches("textarea, input, select");
    const number = isBox(event.target) && !several(event.target);
    if (help && event.key === "?" && (!typing || number)) {
      event.preventDefault();
      help.open = !help.open;
      (help.open ? help.querySelector("summary") : document.querySelector(".t-cellbox"))?.focus();
    }
  });
}

export function useKeys(root) {
  const table = root.querySelector("table[data-t-keys]");
  if (table && !table.dataset.tListens) {
    table.dataset.tListens = "";
    listen(table);
    keepFocus();
    offerHelp();
  }
}
