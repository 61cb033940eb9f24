// What every client reads and prints: queries by form from standard input, their answers by form as JSON.
import { text } from 'node:stream/consumers';

export const [address, way] = process.argv.slice(2);
export const { more, wrong, ...queries } = JSON.parse(await text(process.stdin));
export const triple = (quad) => [quad.subject.value, quad.predicate.value, quad.object.value];

export async function print(answers) {
  const given = {};
  for (const [form, query] of Object.entries(queries)) {
    given[form] = await answers[form](query);
  }
  if (wrong) {
    given.wrong = await answers.ask(wrong).then(() => '', String);
  }
  console.log(JSON.stringify(given));
}
