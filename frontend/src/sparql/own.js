// Queries that the reader keeps, in this browser only.
const KEY = "queries";

export function keeping(words, editor) {
  const own = read();
  const section = document.querySelector(".own");
  const list = section.querySelector("ul");
  const [input, button] = section.querySelectorAll("input, button");
  draw();

  button.addEventListener("click", () => {
    const name = input.value.trim();
    if (!name) return input.focus();
    own[name] = editor.text;
    input.value = "";
    changed();
  });
  // Enter in the name keeps; it sends no form.
  input.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), button.click()));

  function changed() {
    localStorage.setItem(KEY, JSON.stringify(own));
    draw();
  }

  function draw() {
    list.replaceChildren(...Object.keys(own).sort().map(line));
    list.hidden = !list.children.length;
  }

  function line(name) {
    const item = document.createElement("li");
    const open = pressed(name, () => ((editor.text = own[name]), editor.focus()));
    const remove = pressed(words.sparql_remove, () => (delete own[name], changed(), input.focus()));
    remove.setAttribute("aria-label", `${words.sparql_remove}: ${name}`);
    item.append(open, " ", remove);
    return item;
  }
}

function pressed(text, run) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  button.addEventListener("click", run);
  return button;
}

// A browser that keeps nothing is no reason to fail.
function read() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY));
    return found && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}
