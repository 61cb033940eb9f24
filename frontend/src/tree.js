// A hierarchy whose branches open and close, by button or by arrow keys; what the page has not is fetched when it is
// opened. Without this, all that the page has is shown, with links to the rest.
const root = document.querySelector("[data-tree]");

// What was opened or closed, by the addresses of the concepts: kept with this entry of the history, for who comes back.
const changed = history.state?.tree ?? {};

const link = (item) => item.querySelector(":scope > a");
const list = (item) => item.querySelector(":scope > ul");
const more = (item) => item.querySelector(":scope > a.more");
const button = (item) => item.querySelector(":scope > button");
const isOpen = (item) => button(item)?.getAttribute("aria-expanded") === "true";

const fetched = async (item) => {
  const { href } = more(item);
  const answer = await fetch(href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.querySelector("[data-tree]");
  const next = page.querySelector(".pager [rel=next]");
  if (next) {
    found.append(document.createElement("li"));
    found.lastChild.append(next);
    next.className = "more";
  }
  more(item).hidden = true;
  item.append(found);
  prepare(found);
};

const turn = async (item, open) => {
  if (!button(item) || isOpen(item) === open) return;
  if (open && !list(item)) {
    try {
      await fetched(item);
    } catch {
      location.href = more(item).href;
      return;
    }
  }
  list(item).hidden = !open;
  button(item).setAttribute("aria-expanded", open);
};

const keep = (item) => {
  changed[link(item).href] = isOpen(item);
  history.replaceState({ ...history.state, tree: changed }, "");
};

const turned = async (item, open) => {
  await turn(item, open);
  if (button(item)) keep(item);
};

const prepare = (branches) => {
  for (const item of branches.querySelectorAll("li")) {
    const own = link(item);
    if (button(item) || (!list(item) && (!more(item) || more(item) === own))) continue;
    const twist = document.createElement("button");
    twist.type = "button";
    twist.className = "twist";
    twist.setAttribute("aria-label", root.dataset.below.replace("{name}", own.textContent));
    twist.setAttribute("aria-expanded", Boolean(list(item)));
    twist.addEventListener("click", () => turned(item, !isOpen(item)));
    item.prepend(twist);
    if (own.href in changed) turn(item, changed[own.href]);
  }
};

const all = (open) => {
  for (const item of root.querySelectorAll("li:has(> button):has(> ul)")) turned(item, open);
};

const visible = () => [...root.querySelectorAll("li > a:first-of-type")].filter((each) => each.checkVisibility());

const moves = {
  ArrowDown: (links, at) => links[at + 1],
  ArrowUp: (links, at) => links[at - 1],
  Home: (links) => links[0],
  End: (links) => links.at(-1),
  ArrowRight: (links, at, item) => (button(item) && !isOpen(item) ? turned(item, true) : list(item) && links[at + 1]),
  ArrowLeft: (links, at, item) => (isOpen(item) ? turned(item, false) : item.parentElement.closest("li")),
};

// The next one, or the first, that begins with a letter.
const typed = (key) => (links, at) =>
  [...links.slice(at + 1), ...links].find((each) => each.textContent.toLowerCase().startsWith(key.toLowerCase()));

if (root) {
  prepare(root);
  root.addEventListener("keydown", (event) => {
    const item = event.target.closest("li");
    const move = moves[event.key] ?? (/^[\p{L}\p{N}]$/u.test(event.key) && typed(event.key));
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const links = visible();
    const to = move(links, links.indexOf(link(item)), item);
    (to?.matches?.("li") ? link(to) : to)?.focus?.();
  });
  const bar = root.previousElementSibling;
  if (bar?.matches(".all") && root.querySelector("li > ul")) {
    for (const [name, open] of [["openAll", true], ["closeAll", false]]) {
      const each = document.createElement("button");
      each.type = "button";
      each.textContent = root.dataset[name];
      each.addEventListener("click", () => all(open));
      bar.append(each, " ");
    }
  }
}
