import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const folder = new URL('../../../dashboards/', import.meta.url);

const datasource = z.object({ type: z.literal('aitoys-aimetrics-datasource'), uid: z.literal('${datasource}') });
/** A saved query. */
const target = z.looseObject({
  kind: z.string(),
  metrics: z.array(z.string()).optional(),
  timezone: z.string().optional(),
  filters: z.array(z.strictObject({ key: z.string(), operator: z.string(), values: z.array(z.string()) })),
});

const panel = z.looseObject({
  id: z.number(),
  type: z.string(),
  title: z.string().min(1),
  description: z.string().min(1),
  datasource,
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(target).min(1),
  fieldConfig: z.looseObject({
    defaults: z.looseObject({ noValue: z.string().min(1), unit: z.undefined().optional() }),
  }),
});

const variable = z.looseObject({
  name: z.string(),
  label: z.string().min(1),
  type: z.string(),
  hide: z.literal(0),
  skipUrlSync: z.literal(false),
  multi: z.boolean().optional(),
  includeAll: z.boolean().optional(),
  query: z.unknown(),
  options: z.array(z.looseObject({ value: z.string() })),
});

const dashboard = z.looseObject({
  uid: z.string(),
  title: z.string().min(1),
  description: z.string().min(1),
  tags: z.array(z.string()),
  timezone: z.string(),
  links: z.array(z.looseObject({ type: z.string() })),
  annotations: z.object({
    list: z.array(z.looseObject({ name: z.string(), enable: z.boolean(), hide: z.boolean(), datasource, target })),
  }),
  templating: z.object({ list: z.array(variable) }),
  panels: z.array(panel).min(1),
});

export type Dashboard = z.output<typeof dashboard>;
export type SavedQuery = z.output<typeof target>;

/** The dashboards of this repository, with the names of their files. */
export const dashboards: (Dashboard & { file: string })[] = readdirSync(folder).map((file) => ({
  ...dashboard.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))),
  file,
}));
