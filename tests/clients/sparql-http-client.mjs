import ParsingClient from 'sparql-http-client/ParsingClient.js';
import { address, print, triple, way } from './output.mjs';

const operation = { GET: 'get', form: 'postUrlencoded', direct: 'postDirect' }[way];
const { query } = new ParsingClient({ endpointUrl: address });

const row = (bindings) => Object.values(bindings).map((term) => term.value);
const triples = async (text) => [...(await query.construct(text, { operation }))].map(triple);

await print({
  select: async (text) => (await query.select(text, { operation })).map(row),
  ask: (text) => query.ask(text, { operation }),
  construct: triples,
  describe: triples,
});
