import { define, divide, type Metric, type MetricInput, type PartialReader } from './metric.ts';

const withoutCost = 'Calls without a cost: what is not known is not 0.';
const monthToDate =
  'from the start of the calendar month in the zone to the end of the range, or to now if that is earlier';
/** With fewer days or weeks behind it a figure would be a guess. */
const fewest = 3;

/** Metrics of the calendar month, wherever the range begins, and of the last hour among its like. */
export const budgetMetrics: readonly Metric[] = [
  define({
    name: 'cost_mtd',
    label: 'Cost, month to date',
    group: 'Budget',
    description: `Cost of the month so far: ${monthToDate}.`,
    formula: 'Σ cost of the month to date',
    leftOut: withoutCost,
    unit: 'currency',
    kinds: ['summary'],
    windows: ['month'],
    partials: ['costSum'],
    counted: 'costRequests',
    additive: true,
    zeroFill: true,
    value: monthCost,
  }),
  define({
    name: 'cost_forecast_month',
    label: 'Cost forecast of the month',
    group: 'Budget',
    description:
      'What the month will have cost if its remaining days cost what the last 7 full days did on average. Days count from the first of the 7 that has a call; null with fewer than 3.',
    formula: 'month to date + remaining days · mean cost of the last 7 full days',
    leftOut: withoutCost,
    unit: 'currency',
    kinds: ['summary'],
    windows: ['month', 'days'],
    partials: ['costSum'],
    counted: 'costRequests',
    value: forecast,
  }),
  define({
    name: 'budget_used',
    label: 'Budget used',
    group: 'Budget',
    description: "The month's cost so far as a part of the month's budget.",
    formula: 'month to date / budget',
    leftOut: withoutCost,
    unit: 'percentunit',
    kinds: ['summary'],
    windows: ['month'],
    partials: ['costSum'],
    counted: 'costRequests',
    parameters: ['budget'],
    additive: true,
    zeroFill: true,
    value: budgetUsed,
  }),
  define({
    name: 'budget_burn_rate',
    label: 'Budget burn rate',
    group: 'Budget',
    description: 'How fast the budget is used: 1 uses it up exactly at the end of the month, 2 in half of the month.',
    formula: 'part of the budget used / part of the month that has passed',
    leftOut: withoutCost,
    unit: 'none',
    kinds: ['summary'],
    windows: ['month'],
    partials: ['costSum'],
    counted: 'costRequests',
    parameters: ['budget'],
    additive: true,
    zeroFill: true,
    value: (input) => divide(budgetUsed(input), input.calendar.elapsedShare),
  }),
  define({
    name: 'cost_zscore',
    label: 'Cost of the last hour, z-score',
    group: 'Budget',
    description:
      'By how many standard deviations the cost of the last full hour differs from that of the same hour of the week in the 4 weeks before. Null with fewer than 3 such hours, or if all cost the same.',
    formula: '(cost of the last full hour − mean) / standard deviation (of a sample, n − 1)',
    leftOut: `${withoutCost} Hours without any such call.`,
    unit: 'none',
    kinds: ['summary'],
    windows: ['hours'],
    partials: ['costSum'],
    counted: 'costRequests',
    value: zscore,
  }),
];

function cost(calls: PartialReader | undefined): number | null {
  return calls?.partial('costSum') ?? null;
}

function monthCost(input: MetricInput): number | null {
  return cost(input.window('month')[0]);
}

function budgetUsed(input: MetricInput): number | null {
  return divide(monthCost(input), input.parameters.budget);
}

function forecast(input: MetricInput): number | null {
  const days = input.window('days').map(cost);
  const known = days.slice(days.findIndex((value) => value !== null));
  const soFar = monthCost(input);
  if (days.every((value) => value === null) || known.length < fewest) {
    return null;
  }
  const mean = sum(known.map((value) => value ?? 0)) / known.length;
  return (soFar ?? 0) + input.calendar.remainingDays * mean;
}

function zscore(input: MetricInput): number | null {
  const [last = null, ...earlier] = input.window('hours').map(cost);
  const known = earlier.filter((value) => value !== null);
  if (last === null || known.length < fewest) {
    return null;
  }
  const mean = sum(known) / known.length;
  const spread = Math.sqrt(sum(known.map((value) => (value - mean) ** 2)) / (known.length - 1));
  // What is left of equal costs by rounding is no spread.
  return spread <= Math.abs(mean) * 1e-9 ? null : (last - mean) / spread;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
