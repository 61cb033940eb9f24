// Makes each search field a combobox with a list of suggestions (ARIA 1.2); the form around it works without.
const WAIT = 120;

for (const [number, input] of document.querySelectorAll("input[data-suggest]").entries()) {
  const {suggest, list, count, none} = input.dataset;
  const box = document.createElement("ul"), status = document.createElement("p");
  box.id = `suggestions-${number}`;
  box.className = "suggestions";
  box.hidden = true;
  box.role = "listbox";
  box.ariaLabel = list;
  status.className = "unseen";
  status.role = "status";
  input.form.append(box, status);
  input.role = "combobox";
  input.ariaAutoComplete = "list";
  input.ariaExpanded = "false";
  input.setAttribute("aria-controls", box.id);

  let at = -1, timer, request;
  const options = box.children;
  const mark = place => {
    options[at]?.setAttribute("aria-selected", "false");
    at = place;
    const option = options[at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({block: "nearest"});
    option ? input.setAttribute("aria-activedescendant", option.id) : input.removeAttribute("aria-activedescendant");
  };
  const show = open => {
    mark(-1);
    box.hidden = !open;
    input.ariaExpanded = `${open}`;
  };
  const stop = () => {
    clearTimeout(timer);
    request?.abort();
  };
  const close = () => {
    stop();
    show(false);
  };
  const go = option => { location.assign(option.dataset.href); };
  const option = (label, about, address, place) => {
    const item = document.createElement("li"), small = document.createElement("small");
    // What leads to the site under its public name stays on the host that the reader is on.
    const {pathname, search} = new URL(address);
    item.id = `${box.id}-${place}`;
    item.role = "option";
    item.ariaSelected = "false";
    item.dataset.href = pathname + search;
    small.textContent = about;
    item.append(label, " ", small);
    return item;
  };
  const ask = async () => {
    request?.abort();
    request = new AbortController();
    const {signal} = request, address = new URL(suggest, location);
    address.searchParams.set("q", input.value.trim());
    try {
      const [, labels, abouts, addresses] = await (await fetch(address, {signal})).json();
      box.replaceChildren(...labels.map((label, place) => option(label, abouts[place], addresses[place], place)));
      show(labels.length > 0);
      status.textContent = labels.length ? `${count}: ${labels.length}` : none;
    } catch {
      if (!signal.aborted) close();
    }
  };
  const moves = {
    ArrowDown: () => mark(at + 1 < options.length ? at + 1 : 0),
    ArrowUp: () => mark(at > 0 ? at - 1 : options.length - 1),
    Enter: () => go(options[at]),
    Escape: close,
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim()) timer = setTimeout(ask, WAIT);
    else close();
  });
  input.addEventListener("keydown", event => {
    const {key} = event;
    if (event.isComposing) return;
    if (box.hidden) {
      if (key === "ArrowDown" && input.value.trim()) ask();
    } else if (key === "Home" || key === "End") {
      // Back into the text, where these keys belong.
      mark(-1);
    } else if (moves[key] && (key !== "Enter" || at >= 0)) {
      event.preventDefault();
      // An answer that comes late may not change the list under who walks through it.
      stop();
      moves[key]();
    }
  });
  box.addEventListener("pointerdown", event => event.preventDefault());
  box.addEventListener("click", event => {
    const found = event.target.closest("li");
    if (found) go(found);
  });
  input.addEventListener("blur", close);
}
