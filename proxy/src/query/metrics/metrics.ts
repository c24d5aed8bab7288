import { budgetMetrics } from './budget-metrics.ts';
import { costMetrics } from './cost-metrics.ts';
import { latencyMetrics } from './latency-metrics.ts';
import type { Metric } from './metric.ts';
import { freshnessMetrics, qualityMetrics } from './quality-metrics.ts';
import { requestMetrics } from './request-metrics.ts';
import { throughputMetrics, tokenMetrics } from './token-metrics.ts';

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
