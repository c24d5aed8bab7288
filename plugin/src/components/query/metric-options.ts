import { type ComboboxOption } from '@grafana/ui';
import { type Catalog, type CatalogMetric } from '../../catalog';
import { words } from '../../labels';
import { type QueryKind } from '../../query-model';
import { unitText } from '../../unit-text';

/** The metrics of a kind, as a list shows them: in groups, with all that is known about each. */
export function metricOptions(catalog: Catalog, kind: QueryKind): ComboboxOption[] {
  return catalog.metrics
    .filter((metric) => metric.kinds.includes(kind))
    .map((metric) => ({
      value: metric.name,
      label: searchableLabel(metric),
      description: metricText(metric),
      group: metric.group,
    }));
}

/** What a metric is, what it leaves out, how it is computed, and in what. */
export function metricText({ description, leftOut, formula, unit }: CatalogMetric): string {
  const unitName = unitText(unit);
  return [
    description,
    leftOut && `Left out: ${leftOut}`,
    formula && `Formula: ${formula}.`,
    unitName && `Unit: ${unitName}.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** A list is searched by its labels only: one that does not say the metric's name gets it added. */
function searchableLabel({ name, label }: CatalogMetric): string {
  return words(name) === label ? label : `${label} (${name})`;
}
