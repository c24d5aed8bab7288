import { budgetMetrics } from './metrics/budget-metrics.ts';
import { costMetrics } from './metrics/cost-metrics.ts';
import { latencyMetrics } from './metrics/latency-metrics.ts';
import type { Metric } from './metrics/metric.ts';
import { freshnessMetrics, qualityMetrics } from './metrics/quality-metrics.ts';
import { requestMetrics } from './metrics/request-metrics.ts';
import { throughputMetrics, tokenMetrics } from './metrics/token-metrics.ts';

/** Every metric, declared once: names, texts, units and formulas over merged partials. */
export const metrics: readonly Metric[] = [
  ...requestMetrics,
  ...costMetrics,
  ...budgetMetrics,
  ...tokenMetrics,
  ...throughputMetrics,
  ...latencyMetrics,
  ...qualityMetrics,
  ...freshnessMetrics,
];
