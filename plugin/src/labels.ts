import { type Catalog } from './catalog';
import { hasVariable } from './interpolation';

/** What the catalog calls a metric; without a catalog, the words of its name. */
export function metricLabel(name: string, catalog?: Catalog): string {
  return labelOf(catalog?.metrics, name);
}

export function eventLabel(name: string, catalog?: Catalog): string {
  return labelOf(catalog?.events, name);
}

export function dimensionLabel(name: string, catalog?: Catalog): string {
  return labelOf(catalog?.dimensions, name);
}

export function filterLabel(key: string, catalog?: Catalog): string {
  return catalog?.filters.find((filter) => filter.key === key)?.label ?? words(key);
}

/** The words of a name, as a label: `model_name` is "Model name". */
export function words(name: string): string {
  const text = hasVariable(name) ? name : name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function labelOf(entries: Array<{ name: string; label: string }> | undefined, name: string): string {
  return entries?.find((entry) => entry.name === name)?.label ?? words(name);
}
