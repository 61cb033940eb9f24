// CodeMirror over the text area, which stays what the form sends.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";
import { completing } from "./complete.js";

const MARKS = HighlightStyle.define([
  { tag: tags.keyword, class: "keyword" },
  { tag: tags.string, class: "string" },
  { tag: tags.comment, class: "comment" },
  { tag: tags.variableName, class: "variable" },
  { tag: [tags.number, tags.bool], class: "value" },
]);

// Tokens of the page's style sheet reach into the shadow, its rules do not.
const STYLE = `
  .keyword { color: light-dark(oklch(42% .18 315), oklch(82% .12 315)); font-weight: 600; }
  .string { color: light-dark(oklch(42% .11 155), oklch(84% .12 155)); }
  .variable { color: light-dark(oklch(43% .13 255), oklch(82% .09 245)); }
  .value { color: light-dark(oklch(45% .12 50), oklch(82% .11 70)); }
  .comment { color: var(--soft); font-style: italic; }
`;

const LOOK = {
  "&": { color: "var(--ink)", background: "var(--sheet)", border: "1px solid var(--edge)", borderRadius: "8px", height: "100%", fontSize: ".95rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-content": { padding: ".5rem 0", caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { color: "var(--soft)", background: "var(--band)", borderRight: "1px solid var(--line)", borderRadius: "8px 0 0 8px" },
  ".cm-activeLine": { background: "transparent" },
  "&.cm-focused .cm-activeLine": { background: "color-mix(in oklch, var(--band) 60%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { background: "color-mix(in oklch, var(--link) 30%, transparent)" },
  // Those of the package are pictures in the address, which the policy refuses.
  ".cm-lint-marker-error": { content: "normal", color: "var(--bad)", fontWeight: "700", textAlign: "center" },
  ".cm-lint-marker-error::after": { content: "'!'" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad)" },
  ".cm-diagnostic-error": { borderLeft: "5px solid var(--bad)" },
  ".cm-tooltip": { color: "var(--ink)", background: "var(--sheet)", border: "1px solid var(--edge)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "var(--sheet)", background: "var(--link)" },
  ".cm-tooltip-autocomplete > ul > li": { padding: ".25rem .5rem" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "1", color: "var(--soft)", fontFamily: "var(--text)" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
};

export function editing(form, words) {
  const area = form.elements.query;
  const host = Object.assign(document.createElement("div"), { className: "editor" });
  const shadow = host.attachShadow({ mode: "open" });
  // Nothing outside describes what is within: the keys are told here too.
  const help = Object.assign(document.createElement("p"), { id: "keys", hidden: true, textContent: words.sparql_keys });
  area.before(host);
  // The view's own sheets are added to this one: the policy lets no style element in.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  shadow.adoptedStyleSheets = [sheet];
  const view = new EditorView({ root: shadow, parent: shadow, state: stateOf(form, area, words) });
  shadow.append(help);
  area.hidden = true;
  form.querySelector("label[for=query]").addEventListener("click", () => view.focus());
  return {
    get text() {
      return area.value;
    },
    set text(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    focus: () => view.focus(),
    // Says what is wrong at a line and column from 1; without them, that nothing is.
    mark(message, line, column) {
      const found = message ? [faultAt(view.state.doc, message, line, column)] : [];
      view.dispatch(setDiagnostics(view.state, found));
      if (found.length) view.dispatch({ selection: { anchor: found[0].from }, scrollIntoView: true });
    },
  };
}

// Where a selection is replaced, Chromium keeps its colours by a style attribute, which the policy refuses.
function replacing(event, view) {
  if (event.inputType !== "insertText" || event.data == null || view.composing || view.state.selection.main.empty) return false;
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type" });
  event.preventDefault();
  return true;
}

function faultAt(doc, message, number, column) {
  const line = doc.line(Math.min(number, doc.lines));
  const from = Math.min(line.from + column - 1, line.to);
  return { from: from === line.to ? line.from : from, to: line.to, severity: "error", message };
}

function stateOf(form, area, words) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const look = new Compartment();
  const looks = () => EditorView.theme(LOOK, { dark: dark.matches });
  return EditorState.create({
    doc: area.value,
    extensions: [
      lineNumbers(),
      history(),
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      highlightActiveLine(),
      lintGutter(),
      sparql(),
      syntaxHighlighting(MARKS),
      autocompletion({ override: [completing(form, words)], icons: false, activateOnTypingDelay: 60 }),
      EditorView.lineWrapping,
      look.of(looks()),
      EditorView.updateListener.of(({ view, docChanged, state }) => {
        if (docChanged) area.value = state.doc.toString();
        dark.onchange ??= () => view.dispatch({ effects: look.reconfigure(looks()) });
      }),
      EditorView.domEventHandlers({ beforeinput: replacing }),
      EditorView.contentAttributes.of({
        "aria-label": form.querySelector("label[for=query]").textContent,
        "aria-describedby": "keys",
      }),
      EditorState.phrases.of({ Completions: words.sparql_proposals }),
      // Tab is not bound: it goes on to what comes next, as everywhere.
      keymap.of([
        ...completionKeymap,
        { key: "Mod-Enter", run: () => (form.requestSubmit(), true) },
        { key: "Escape", run: () => (form.querySelector("button[type=submit]").focus(), true) },
        ...closeBracketsKeymap,
        ...defaultKeymap.filter(({ key }) => key !== "Mod-Enter" && key !== "Escape"),
        ...historyKeymap,
      ]),
    ],
  });
}
