// A button with `data-copy` copies the text of the element with that id and says so. Where the browser lets nobody
// write to the clipboard (without https), it selects the text, to be copied by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  button.after(told);
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy);
    getSelection().selectAllChildren(text);
    await navigator.clipboard?.writeText(text.textContent);
    told.textContent = navigator.clipboard ? button.dataset.done : "";
    setTimeout(() => (told.textContent = ""), 3000);
  });
}
