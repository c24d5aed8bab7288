import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { resolveQuery } from '../src/query/resolve.ts';
import { parseQuery } from '../src/query/parse.ts';
import { questionContext } from './query/question-context.ts';

const root = new URL('../../', import.meta.url);
const grafanaKeys = ['refId', 'datasource', 'hide'];

const dashboardSchema = z.looseObject({
  uid: z.string(),
  title: z.string(),
  panels: z.array(
    z.looseObject({
      id: z.number(),
      title: z.string(),
      description: z.string().min(1),
      datasource: z.object({ type: z.string(), uid: z.string() }),
      targets: z.array(z.record(z.string(), z.unknown())).min(1),
      fieldConfig: z.looseObject({ defaults: z.looseObject({ noValue: z.string().min(1) }) }),
    })
  ),
  templating: z.object({ list: z.array(z.looseObject({ name: z.string(), type: z.string() })) }),
});

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

const dashboards = filesOf('dashboards/', '.json').map((name) =>
  dashboardSchema.parse(JSON.parse(readFileSync(new URL(`dashboards/${name}`, root), 'utf8')))
);
const rules = filesOf('provisioning/alerting/', '.yaml').flatMap((name) =>
  rulesSchema
    .parse(parse(readFileSync(new URL(`provisioning/alerting/${name}`, root), 'utf8')))
    .groups.flatMap((group) => group.rules)
);

describe('dashboards/', () => {
  it.each(dashboards.flatMap(({ uid, panels }) => panels.map((panel) => ({ name: `${uid}: ${panel.title}`, panel }))))(
    '$name asks what the proxy understands',
    ({ panel }) => {
      for (const target of panel.targets) {
        const question = JSON.parse(
          JSON.stringify(withoutGrafanaKeys(target))
            .replaceAll('"$__timezone"', '"Europe/Berlin"')
            .replace(/\$\w+/g, 'x')
        ) as unknown;
        expect(() => resolveQuery(parseQuery(question), questionContext())).not.toThrow();
      }
    }
  );

  it('take the data source from a variable, and have stable ids', () => {
    for (const { uid, panels, templating } of dashboards) {
      expect(uid).toMatch(/^aitoys-/);
      expect(templating.list.map(({ name }) => name)).toEqual(['datasource', 'provider', 'model']);
      expect(new Set(panels.map(({ datasource }) => datasource.uid))).toEqual(new Set(['${datasource}']));
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    }
  });

  it('filter by the variables that they show, and by nothing else', () => {
    const filters = dashboards.flatMap(({ panels }) =>
      panels.flatMap(({ targets }) => targets.map((t) => t['filters']))
    );
    for (const filter of filters) {
      expect(filter).toEqual([
        { key: 'provider', operator: 'in', values: ['$provider'] },
        { key: 'model_name', operator: 'in', values: ['$model'] },
      ]);
    }
  });
});

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

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(new URL(folder, root)).filter((name) => name.endsWith(ending));
}

function withoutGrafanaKeys(target: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(target).filter(([key]) => !grafanaKeys.includes(key)));
}
