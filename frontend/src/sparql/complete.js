// What may be written next: from the words of SPARQL, the query itself, and what the release really has.
const KEYWORDS = (
  "SELECT CONSTRUCT DESCRIBE ASK WHERE DISTINCT REDUCED FROM NAMED PREFIX BASE UNION OPTIONAL MINUS GRAPH FILTER BIND AS VALUES " +
  "UNDEF GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET EXISTS NOT IN COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG " +
  "LANGMATCHES DATATYPE BOUND IRI COALESCE IF STRLEN SUBSTR UCASE LCASE STRSTARTS STRENDS CONTAINS STRBEFORE STRAFTER CONCAT " +
  "REPLACE REGEX ABS ROUND CEIL FLOOR NOW YEAR MONTH DAY ISIRI ISBLANK ISLITERAL ISNUMERIC"
).split(" ");
const MOST = 40;
const SHORTEST = 2; // letters before concepts are asked for

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// Less is better: the beginning of what is written, of a word in it, the middle.
function rank({ label, name = "" }, text) {
  const asked = fold(text);
  const local = fold(label.replace(/^[^:]*:/, ""));
  const words = fold(name);
  if (label.startsWith(text)) return -1;
  if (fold(label).startsWith(asked) || local.startsWith(asked)) return 0;
  if (words.startsWith(asked)) return 1;
  if (` ${words}`.includes(` ${asked}`)) return 2;
  return local.includes(asked) ? 3 : NaN;
}

export function ranked(options, text) {
  return options
    .map((option) => [rank(option, text), option])
    .filter(([place]) => !Number.isNaN(place))
    .sort(([one], [other]) => one - other)
    .slice(0, MOST)
    .map(([, option]) => option);
}

const get = async (address) => {
  const answer = await fetch(address);
  return answer.ok ? answer.json() : null;
};

export function completing(form, words) {
  const address = form.dataset.terms;
  let known;
  const terms = async () => (known ??= get(address).then(({ prefixes, classes, properties }) => optionsOf(prefixes, classes, properties, words)));

  return async (context) => {
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) return { from: variable.from, filter: false, options: variables(context, variable, words) };
    const word = context.matchBefore(/[\p{L}\p{N}_][\p{L}\p{N}_.-]*:?[\p{L}\p{N}_.-]*/u) ?? (context.explicit ? { from: context.pos, text: "" } : null);
    if (!word || inside(context.state.sliceDoc(0, word.from))) return null;
    const found = await terms().catch(() => null);
    if (!found) known = undefined;
    const options = ranked(found?.options ?? KEYWORDS.map((each) => ({ label: each })), word.text);
    if (word.text.length >= SHORTEST && !word.text.includes(":")) options.push(...(await concepts(address, word.text, words)));
    return { from: word.from, filter: false, options: options.map((each) => declaring(each, found?.prefixes ?? {})) };
  };
}

function optionsOf(prefixes, classes, properties, words) {
  const term = (kind) => ([label, iri, name]) => ({ label, name, detail: name === label ? kind : `${name}, ${kind}` });
  return {
    prefixes,
    options: [
      ...properties.map(term(words.sparql_property)),
      ...classes.map(term(words.sparql_class)),
      ...Object.keys(prefixes).map((each) => ({ label: `${each}:`, detail: words.sparql_prefix })),
      ...KEYWORDS.map((each) => ({ label: each, detail: words.sparql_word })),
    ],
  };
}

async function concepts(address, text, words) {
  const found = await get(`${address}${address.includes("?") ? "&" : "?"}q=${encodeURIComponent(text)}`).catch(() => null);
  return (found ?? []).map(([label, , name]) => ({ label: name, apply: label, detail: words.sparql_concept }));
}

function variables(context, { from, text }, words) {
  const others = context.state.sliceDoc(0, from) + context.state.sliceDoc(context.pos);
  const names = [...new Set(others.match(/[?$]\w+/g))].filter((each) => each.startsWith(text));
  return names.map((label) => ({ label, detail: words.sparql_variable }));
}

// Whether a text ends within a string, a comment or an IRI.
function inside(text) {
  const line = text.slice(text.lastIndexOf("\n") + 1).replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|<[^<>\s]*>/g, "");
  return /["'#]|<[^\s]*$/.test(line);
}

// A name with a prefix that the query does not declare brings the declaration along.
function declaring(option, prefixes) {
  const text = option.apply ?? option.label;
  const prefix = /^([\w-]+):./.exec(text)?.[1];
  if (!prefix || !(prefix in prefixes)) return option;
  const apply = (view, _, from, to) => {
    const declared = new RegExp(`^\\s*PREFIX\\s+${prefix}:`, "im").test(view.state.doc.toString());
    const head = declared ? "" : `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
    view.dispatch({
      changes: [...(head ? [{ from: 0, insert: head }] : []), { from, to, insert: text }],
      selection: { anchor: from + head.length + text.length },
      userEvent: "input.complete",
    });
  };
  return { ...option, apply };
}
