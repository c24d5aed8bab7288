import { capitalized } from '../capitalized.ts';
import { type Comparison, comparisonLabels } from '../windows/comparison.ts';
import type { Metric } from '../metrics/metric.ts';
import type { summaryParts } from '../model/schema.ts';

/** What a column of a summary says of a metric: its value, or how that compares with the period before. */
export type SummaryPart = (typeof summaryParts)[number];

export interface SummaryColumn {
  name: string;
  label: string;
  /** As of a metric. */
  unit: string;
  metric: Metric;
  part: SummaryPart;
}

/** What the parts of a comparison are called. */
export function partWords(compare: Comparison): Record<SummaryPart, string> {
  return {
    current: 'current',
    previous: comparisonLabels[compare],
    delta: 'change',
    delta_ratio: 'change in %',
  };
}

/** One group of a summary with a value per column. */
export interface SummaryRow {
  labels: Record<string, string>;
  values: (number | null)[];
}

/**
 * The columns with numbers, in the order asked for. With several metrics those of a comparison carry the metric's name.
 * `period`: only those that say this of a metric; null for all.
 */
export function summaryColumns({
  metrics,
  compare,
  period,
}: {
  metrics: readonly Metric[];
  compare: Comparison | null;
  period: SummaryPart | null;
}): SummaryColumn[] {
  const columns = metrics.flatMap((metric): SummaryColumn[] => {
    const { name, label, unit } = metric;
    const value: SummaryColumn = { name, label, unit, metric, part: 'current' };
    if (compare === null) {
      return [value];
    }
    const words = partWords(compare);
    const several = metrics.length > 1;
    const compared = (part: Exclude<SummaryPart, 'current'>, partUnit: string): SummaryColumn => ({
      name: several ? `${name}_${part}` : part,
      label: several ? `${label}, ${words[part]}` : capitalized(words[part]),
      unit: partUnit,
      metric,
      part,
    });
    return [value, compared('previous', unit), compared('delta', unit), compared('delta_ratio', 'percentunit')];
  });
  return period === null ? columns : columns.filter(({ part }) => part === period);
}
