import { QueryEngine } from '@comunica/query-sparql';
import { address, more, print, triple, way } from './output.mjs';

const ways = {
  // Whole queries go to the endpoint, which Comunica finds by what the address says.
  alone: [address],
  forced: [{ type: 'sparql', value: address }],
  // Beside another source, Comunica asks for patterns, with counts first and then with the values it has found.
  joined: [{ type: 'sparql', value: address }, { type: 'serialized', value: more, mediaType: 'text/turtle' }],
};
const context = { sources: ways[way] };
const engine = new QueryEngine();

const row = (bindings) => [...bindings.values()].map((term) => term.value);
const triples = async (query) => (await (await engine.queryQuads(query, context)).toArray()).map(triple);

await print({
  select: async (query) => (await (await engine.queryBindings(query, context)).toArray()).map(row),
  ask: (query) => engine.queryBoolean(query, context),
  construct: triples,
  describe: triples,
});
