import { SparqlEndpointFetcher } from 'fetch-sparql-endpoint';
import { address, print, triple, way } from './output.mjs';

const ways = { GET: { method: 'GET' }, form: { method: 'POST' }, direct: { method: 'POST', directPost: true } };
const fetcher = new SparqlEndpointFetcher(ways[way]);

const row = (bindings) => Object.values(bindings).map((term) => term.value);
const triples = async (query) => (await (await fetcher.fetchTriples(address, query)).toArray()).map(triple);

await print({
  select: async (query) => (await (await fetcher.fetchBindings(address, query)).toArray()).map(row),
  ask: (query) => fetcher.fetchAsk(address, query),
  construct: triples,
  describe: triples,
});
