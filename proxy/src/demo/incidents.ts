import { demoProviders } from './models.ts';
import { createRandom, mixSeeds } from './random.ts';

const hour = 3_600_000;

/**
 * Times when one provider is slow: one in each half of the history, and so on after it. Returns by how much a provider's
 * calls take longer at a time: 1 when all is well.
 */
export function createIncidents(
  seed: number,
  history: { from: number; until: number }
): (provider: string, at: number) => number {
  const period = Math.max(1, (history.until - history.from) / 2);
  const known = new Map<number, Incident>();
  return (provider, at) => {
    const number = Math.floor((at - history.from) / period);
    const incident = known.get(number) ?? layOut(seed, number, history.from + number * period, period);
    known.set(number, incident);
    return incident.provider === provider && at >= incident.from && at < incident.to ? incident.slowdown : 1;
  };
}

interface Incident {
  provider: string | undefined;
  from: number;
  to: number;
  slowdown: number;
}

function layOut(seed: number, number: number, periodStart: number, period: number): Incident {
  const random = createRandom(mixSeeds(seed, 0x1c1d, number));
  const from = periodStart + (0.15 + 0.6 * random()) * period;
  const duration = Math.min(period / 8, (2 + 3 * random()) * hour);
  const provider = demoProviders[Math.floor(random() * 3)];
  return { provider, from, to: from + duration, slowdown: 4 + 4 * random() };
}
