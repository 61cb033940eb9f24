// Answers appear in the page: the server makes them, here they are fetched, put in place and made sortable.
const PLACE = /(\d+):(\d+)/; // line and column, as errors name them

export function answering(form, words, editor) {
  const status = form.querySelector("[role=status]");
  const section = document.getElementById("answer");
  let asked;
  improve(section, words);
  addEventListener("popstate", () => location.reload());

  form.addEventListener("submit", async (event) => {
    if (form.elements.format.value !== "html") return; // a file: the browser fetches it
    event.preventDefault();
    asked?.abort();
    asked = new AbortController();
    const address = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
    status.textContent = words.sparql_busy;
    section.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: asked.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok) show(page.getElementById("answer"), address);
      else refuse(page);
    } catch (error) {
      if (error.name === "AbortError") return;
      status.textContent = words.sparql_failed;
    }
    section.removeAttribute("aria-busy");
  });

  function show(found, address) {
    editor.mark();
    section.hidden = false;
    section.replaceChildren(...found.childNodes);
    improve(section, words);
    status.textContent = section.querySelector("p").textContent;
    if (address !== location.pathname + location.search) history.pushState(null, "", address);
  }

  function refuse(page) {
    const said = [...page.querySelectorAll("main h1, main .lead")].map((each) => each.textContent).join(". ");
    const place = PLACE.exec(said);
    section.hidden = true;
    status.replaceChildren(Object.assign(document.createElement("strong"), { className: "wrong", textContent: said }));
    if (place) {
      editor.mark(said, Number(place[1]), Number(place[2]));
      editor.focus();
    } else editor.mark();
  }
}

function improve(section, words) {
  for (const each of section.querySelectorAll("table.answer")) sortable(each);
  const file = section.querySelector(".formats a");
  if (file) file.closest("ul").after(raw(file.href, words));
}

// The bytes as programs get them, fetched when somebody wants to see them.
function raw(address, words) {
  const details = document.createElement("details");
  const summary = Object.assign(document.createElement("summary"), { textContent: words.sparql_raw });
  const text = Object.assign(document.createElement("pre"), { className: "scroll", tabIndex: 0 });
  text.setAttribute("role", "region");
  text.setAttribute("aria-label", words.sparql_raw);
  details.append(summary, text);
  details.addEventListener("toggle", async () => {
    if (text.textContent) return;
    const content = await (await fetch(address)).text();
    text.textContent = content.length > 100000 ? `${content.slice(0, 100000)} …` : content;
  });
  return details;
}

function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: head.textContent });
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const each of heads) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(table.tBodies[0], column, down ? -1 : 1);
    });
  });
}

export function sort(body, column, direction) {
  const { compare } = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const keyed = [...body.rows].map((row) => [keyOf(row.cells[column]), row]);
  const numbers = keyed.every(([key]) => key === "" || !Number.isNaN(Number(key)));
  const difference = numbers ? (one, other) => one - other : compare;
  // What is empty comes last, whichever way.
  keyed.sort(([one], [other]) => (one === "") - (other === "") || direction * difference(one, other));
  body.append(...keyed.map(([, row]) => row));
}

const keyOf = (cell) => cell.querySelector("time")?.dateTime ?? (cell.querySelector("a, code, span") ?? cell).textContent.trim();
