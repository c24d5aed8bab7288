import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseQuery } from '../src/query/model/parse.ts';
import { resolveQuery } from '../src/query/resolve/resolve.ts';
import { questionContext } from './query/question-context.ts';
import { alertThresholds } from './support/alert-thresholds.ts';
import { dashboards } from './support/dashboards.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const severity = z.enum(['warning', 'critical']);
const topics = ['cost', 'budget', 'latency', 'usage', 'data-quality'] as const;

const stepSchema = z.strictObject({
  refId: z.string(),
  datasourceUid: z.enum(['aitoys-ai-metrics', '__expr__']),
  relativeTimeRange: z.strictObject({ from: z.int().positive(), to: z.literal(0) }).optional(),
  model: z.looseObject({ refId: z.string(), expression: z.string().optional(), minRequests: z.number().optional() }),
});
const ruleSchema = z.strictObject({
  uid: z.string().max(40),
  title: z.string(),
  condition: z.string(),
  data: z.array(stepSchema).min(2),
  for: z.string().regex(/^\d+[sm]$/),
  noDataState: z.enum(['OK', 'Alerting']),
  execErrState: z.literal('Error'),
  dashboardUid: z.string(),
  panelId: z.number(),
  labels: z.strictObject({ severity, topic: z.enum(topics) }),
  annotations: z.strictObject({
    // Of these Grafana makes the link in a notification; the fields above are what the rule itself refers to.
    __dashboardUid__: z.string(),
    __panelId__: z.string(),
    summary: z.string(),
    description: z.string(),
    runbook: z.string(),
  }),
});
const fileSchema = z.strictObject({
  apiVersion: z.literal(1),
  groups: z.array(
    z.strictObject({
      orgId: z.literal(1),
      name: z.string(),
      folder: z.string(),
      interval: z.enum(['1m', '5m']),
      rules: z.array(ruleSchema).min(1),
    })
  ),
});

const files = readdirSync(new URL('provisioning/alerting/', root));
const groups = files.flatMap((file) =>
  fileSchema.parse(parse(read(`provisioning/alerting/${file}`))).groups.map((group) => ({ ...group, file }))
);
const rules = groups.flatMap((group) => group.rules);
const thresholds = alertThresholds();
const documentation = read('docs/alerts.md');

/** In the order of the table of docs/alerts.md. */
const documented = [
  ...documentation.matchAll(/^\| `(AIMETRICS_ALERT_\w+)` +\| ([\d.]+) +\| [^|]+ \| ([^|]+?) +\|$/gm),
].map(([, setting = '', value = '', titles = '']) => ({ setting, value, titles }));

describe('provisioning/alerting/', () => {
  it('has a file and a folder per topic, and keeps out of the folder of the dashboards', () => {
    const folders = new Set(groups.map(({ file, folder, rules: [rule] }) => [file, folder, rule?.labels.topic].join()));
    expect([...folders].sort()).toEqual([
      'budget.yaml,AI Alerts/Budget,budget',
      'cost.yaml,AI Alerts/Cost,cost',
      'data-quality.yaml,AI Alerts/Data quality,data-quality',
      'latency.yaml,AI Alerts/Latency,latency',
      'usage.yaml,AI Alerts/Usage,usage',
    ]);
    for (const { rules: members } of groups) {
      expect(new Set(members.map(({ labels }) => labels.topic)).size).toBe(1);
    }
  });

  it('has every rule once', () => {
    expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
    expect(new Set(rules.map(({ title }) => title)).size).toBe(rules.length);
    expect(rules.map(({ uid }) => uid).filter((uid) => !uid.startsWith('aitoys-'))).toEqual([]);
  });

  it('takes a missing answer for a fault in one rule only', () => {
    const alerting = rules.filter(({ noDataState }) => noDataState === 'Alerting');
    expect(alerting.map(({ uid }) => uid)).toEqual(['aitoys-no-calls']);
  });

  it.each(rules)('$title asks what an alert rule may ask', ({ data }) => {
    for (const { refId, datasourceUid, relativeTimeRange, model } of data) {
      expect(model.refId).toBe(refId);
      if (datasourceUid !== '__expr__') {
        const { refId: _, ...question } = model;
        expect(relativeTimeRange).toBeDefined();
        expect(() => resolveQuery(parseQuery(question), questionContext({ alerting: true }))).not.toThrow();
      }
    }
  });

  it.each(rules)('$title has steps that it decides by or writes of, and no others', (rule) => {
    const { data, condition, annotations } = rule;
    const steps = data.map(({ refId }) => refId);
    const used = data.flatMap(({ model: { expression = '' } }) => expression.match(/[a-z]\w*/g) ?? []);
    const texts = `${annotations.summary} ${annotations.description}`;
    const written = [...texts.matchAll(/\$values\.(\w+)/g)].map(([, name = '']) => name);
    expect(new Set(steps).size).toBe(steps.length);
    expect(new Set([condition, ...used, ...written])).toEqual(new Set(steps));
  });

  it.each(rules)('$title tells the value, what it is about, and where to read on', ({ data, annotations }) => {
    const groupBy = data.flatMap(({ model }) => z.array(z.string()).default([]).parse(model['groupBy']));
    for (const text of [annotations.summary, annotations.description]) {
      expect(text).toMatch(/^\{\{ if \$values\.\w+ \}\}.+\$values\..+\{\{- else \}\}.+\{\{ end \}\}$/);
      for (const label of groupBy) {
        expect(text).toContain(`{{ $labels.${label} }}`);
      }
    }
    const [, section = ''] = /^docs\/alerts\.md#([a-z\d-]+)$/.exec(annotations.runbook) ?? [];
    expect(sections()).toContain(section);
  });

  it.each(rules)('$title leads to a panel that exists', ({ dashboardUid, panelId, annotations }) => {
    expect(annotations).toMatchObject({ __dashboardUid__: dashboardUid, __panelId__: String(panelId) });
    const dashboard = dashboards.find(({ uid }) => uid === dashboardUid);
    expect(dashboard?.panels.map(({ id }) => id)).toContain(panelId);
  });

  it('judges the budget that the dashboard shows the share of, unless they are set apart', () => {
    const budget = dashboards.flatMap(({ templating }) => templating.list).find(({ name }) => name === 'budget');
    expect(thresholds).toContainEqual({ setting: 'AIMETRICS_ALERT_MONTHLY_BUDGET', value: budget?.query });
  });

  it('has a setting for every number that decides', () => {
    const numbers = rules
      .flatMap(({ data }) => data.map(({ model }) => model.minRequests ?? model.expression))
      .filter((value) => typeof value === 'number' || (value !== undefined && /^[\d.]+$/.test(value)));
    expect(thresholds.map(({ value }) => value)).toEqual(numbers.map(String));
  });
});

describe('docs/alerts.md', () => {
  it('lists every threshold with its default', () => {
    const pairs = ({ setting, value }: { setting: string; value: string }) => `${setting}=${value}`;
    expect(documented.map(pairs).sort()).toEqual([...new Set(thresholds.map(pairs))].sort());
  });

  it.each(rules)('says which settings $title has', ({ uid, title }) => {
    const text = ruleText(uid);
    const named = documented.filter(({ titles }) => titles.split(/, (?=[A-Z])/).includes(title));
    expect(named.map(({ setting }) => setting).sort()).toEqual(
      [...new Set(text.match(/AIMETRICS_ALERT_\w+/g) ?? [])].sort()
    );
  });

  it('looks first at what dashboards have', () => {
    const shown = dashboards.flatMap(({ title, panels, templating: { list } }) => [
      title.replace(/^AI /, ''),
      ...panels.map((panel) => panel.title),
      ...list.flatMap(({ label, options }) => [label, ...options.map(({ text }) => text)]),
    ]);
    const looks = documentation.match(/^- \*\*First looks[^]*?(?=^- |^$)/gm) ?? [];
    const named = looks.flatMap((text) => [...text.replaceAll(/\s+/g, ' ').matchAll(/\b_([^_]+)_\b/g)]);
    expect(looks.length).toBeGreaterThan(10);
    expect(named.map(([, name]) => name).filter((name) => !shown.includes(name))).toEqual([]);
  });

  it('has no section that no rule leads to', () => {
    const led = rules.map(({ annotations }) => annotations.runbook.replace('docs/alerts.md#', ''));
    const general = ['thresholds', 'silence-pause-change', 'who-is-told', 'if-a-rule-cant-be-evaluated'];
    expect(sections().sort()).toEqual([...new Set([...led, ...general])].sort());
  });
});

describe('provisioning/examples/alert-notifications.yaml', () => {
  const route = z.looseObject({
    receiver: z.string(),
    object_matchers: z.array(z.tuple([z.enum(['severity', 'topic']), z.enum(['=', '=~']), z.string()])),
  });
  const example = z
    .strictObject({
      apiVersion: z.literal(1),
      contactPoints: z.array(z.looseObject({ name: z.string() })),
      policies: z.tuple([z.looseObject({ receiver: z.string(), routes: z.array(route) })]),
    })
    .parse(parse(read('provisioning/examples/alert-notifications.yaml')));
  const [{ receiver, routes }] = example.policies;

  it('tells contact points that it has', () => {
    const names = example.contactPoints.map(({ name }) => name);
    expect(new Set([receiver, ...routes.map((one) => one.receiver)])).toEqual(new Set(names));
  });

  it('chooses by labels that rules have', () => {
    const values = routes.flatMap(({ object_matchers: matchers }) =>
      matchers.flatMap(([label, , texts]) => texts.split('|').map((value) => ({ label, value })))
    );
    const unknown = values.filter(({ label, value }) => !rules.some(({ labels }) => labels[label] === value));
    expect(values.length).toBeGreaterThan(0);
    expect(unknown).toEqual([]);
  });
});

/** Addresses of the sections of docs/alerts.md, as they are made of headings. */
function sections(): string[] {
  return [...documentation.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^a-z\d -]/g, '')
      .replaceAll(' ', '-')
  );
}

/** What a file says of a rule. */
function ruleText(uid: string): string {
  const texts = files.flatMap((file) => read(`provisioning/alerting/${file}`).split(/^ {6}- (?=uid: )/m));
  return texts.find((text) => text.startsWith(`uid: ${uid}\n`)) ?? '';
}
