import { parseQuery } from '../../proxy/src/query/model/parse.ts';
import { QUERY_EXAMPLES } from './query-examples';

describe('QUERY_EXAMPLES', () => {
  it.each(QUERY_EXAMPLES)('$title is a question that the proxy takes', ({ query }) => {
    expect(parseQuery(query)).toMatchObject({ kind: query.kind });
  });
});
