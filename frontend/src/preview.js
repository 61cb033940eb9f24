// Loads the page again when what is previewed has changed: each second it asks which draft is served.
const shown = document.currentScript.dataset.release;

async function look() {
  try {
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
    const served = answer.headers.get("Release");
    if (served && served !== shown) {
      location.reload();
      return;
    }
  } catch {
    // Nobody answers: the preview was stopped, or starts anew.
  }
  setTimeout(look, 1000);
}

setTimeout(look, 1000);
