// The comforts of the page for queries. The form, its answers and the files work without any of this.
import { answering } from "./sparql/answer.js";
import { editing } from "./sparql/editor.js";
import { keeping } from "./sparql/own.js";

const form = document.querySelector("form[data-terms]");
const words = JSON.parse(document.getElementById("words").textContent);
const editor = editing(form, words);
answering(form, words, editor);
keeping(words, editor);
