import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { resolveQuery } from '../src/query/resolve.ts';
import { parseQuery } from '../src/query/parse.ts';
import { questionContext } from './query/question-context.ts';
import { dashboards } from './support/dashboards.ts';
import { withoutGrafanaKeys } from './support/saved-queries.ts';

const root = new URL('../../', import.meta.url);

const rulesSchema = z.object({
  groups: z.array(
    z.looseObject({
      folder: z.literal('AI Metrics'),
      rules: z.array(
        z.looseObject({
          uid: z.string().max(40),
          title: z.string(),
          execErrState: z.literal('Error'),
          dashboardUid: z.string(),
          panelId: z.number(),
          data: z.array(
            z.looseObject({ refId: z.string(), datasourceUid: z.string(), model: z.record(z.string(), z.unknown()) })
          ),
        })
      ),
    })
  ),
});

const rules = readdirSync(new URL('provisioning/alerting/', root))
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) =>
    rulesSchema
      .parse(parse(readFileSync(new URL(`provisioning/alerting/${name}`, root), 'utf8')))
      .groups.flatMap((group) => group.rules)
  );

describe('provisioning/alerting/', () => {
  it.each(rules)('$title asks what an alert rule may ask', ({ data }) => {
    const [query] = data;
    expect(query?.datasourceUid).toBe('aitoys-ai-metrics');
    const question = withoutGrafanaKeys(query?.model ?? {});
    expect(() => resolveQuery(parseQuery(question), questionContext({ alerting: true }))).not.toThrow();
  });

  it.each(rules)('$title leads to a panel that exists', ({ dashboardUid, panelId }) => {
    const dashboard = dashboards.find(({ uid }) => uid === dashboardUid);
    expect(dashboard?.panels.map(({ id }) => id)).toContain(panelId);
  });
});
