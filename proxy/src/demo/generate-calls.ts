import { spreadCalls, type HourShare } from './call-rate.ts';
import { createIncidents } from './incidents.ts';
import { demoModels, demoMonitors, type DemoModel } from './models.ts';
import { createPicker, createRandom, logNormal, mixSeeds, type Random } from './random.ts';

/** A generated row of ai_metrics; its times are ms since 1970. */
export interface GeneratedCall {
  monitor_id: string | null;
  provider: string;
  model_name: string;
  startTime: number;
  endTime: number | null;
  total_time: number | null;
  cost: string | null;
  total_tokens: number | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
}

export interface GenerateOptions {
  seed: number;
  /** Exactly so many calls come. */
  rows: number;
  /** They start in `[from, until)`, in ms since 1970. */
  from: number;
  until: number;
  /** The time that the incidents and the new model's first day are laid out in, where it is not `[from, until)`. */
  history?: { from: number; until: number };
}

const unfinishedShare = 0.015;
const lateShare = 0.006;
const lateMedianMs = 20 * 60_000;

/**
 * Made-up calls in the order in which an application would write them: when they end, and some of them late. The same
 * options give the same calls, on every machine.
 */
export function* generateCalls(options: GenerateOptions): Generator<GeneratedCall> {
  const { seed, rows, from, until, history = { from, until } } = options;
  const pickModel = createModelPicker(history);
  const pickMonitor = createPicker(demoMonitors);
  const slowdown = createIncidents(seed, history);
  let waiting: WrittenCall[] = [];
  for (const share of spreadCalls(rows, from, until)) {
    const random = createRandom(mixSeeds(seed, share.from));
    const written = Array.from({ length: share.calls }, () => {
      const startTime = share.from + Math.floor(random() * (share.to - share.from));
      const model = pickModel(random, startTime);
      const call: GeneratedCall = {
        monitor_id: monitorOf(random, pickMonitor, share),
        provider: model.provider,
        model_name: model.name,
        startTime,
        ...measure(random, model, startTime, slowdown(model.provider, startTime), until),
      };
      return { call, at: writtenAt(random, call) };
    });
    const due = waiting.concat(written).sort((a, b) => a.at - b.at);
    const next = due.findIndex(({ at }) => at >= share.to);
    const ready = next === -1 ? due.length : next;
    for (let position = 0; position < ready; position += 1) {
      yield (due[position] as WrittenCall).call;
    }
    waiting = due.slice(ready);
  }
  for (const { call } of waiting) {
    yield call;
  }
}

interface WrittenCall {
  call: GeneratedCall;
  at: number;
}

type Measures = Omit<GeneratedCall, 'monitor_id' | 'provider' | 'model_name' | 'startTime'>;

function createModelPicker(history: { from: number; until: number }): (random: Random, at: number) => DemoModel {
  const firstDayOfNew =
    history.from + Math.max(...demoModels.map(({ since = 0 }) => since)) * (history.until - history.from);
  const [first, ...others] = demoModels;
  const before = createPicker<DemoModel>([first, ...others.filter(({ since }) => since === undefined)]);
  const after = createPicker(demoModels);
  return (random, at) => (at < firstDayOfNew ? before : after)(random);
}

function monitorOf(random: Random, pickMonitor: (random: Random) => { name: string }, share: HourShare): string | null {
  const chance = random();
  if (chance < 0.01) {
    return null;
  }
  if (chance < 0.1) {
    return `demo-batch-${mixSeeds(share.index, Math.floor(random() * 20))
      .toString(16)
      .padStart(8, '0')}`;
  }
  return pickMonitor(random).name;
}

function measure(random: Random, model: DemoModel, startTime: number, slowdown: number, until: number): Measures {
  const prompt = Math.max(1, Math.round(logNormal(random, model.promptTokens, 0.7)));
  const answered = Math.max(1, Math.round(logNormal(random, model.completionTokens, 0.8)));
  const completion = random() < 0.004 ? 0 : answered;
  const expected = model.firstTokenMs + (1000 * completion) / model.tokensPerSecond;
  const total = Math.max(1, Math.round(logNormal(random, expected, 0.28) * slowdown));
  const endTime = startTime + total;
  if (random() < unfinishedShare || endTime >= until) {
    return unfinished(prompt);
  }
  const peculiarity = random();
  return {
    endTime: peculiarity < 0.001 ? endTime + 2500 : endTime,
    total_time: total,
    cost: costOf(peculiarity, prompt * model.promptPrice + completion * model.completionPrice),
    ...tokensOf(peculiarity, prompt, completion),
  };
}

function unfinished(prompt: number): Measures {
  return {
    endTime: null,
    total_time: null,
    cost: null,
    total_tokens: null,
    prompt_tokens: prompt,
    completion_tokens: null,
  };
}

// The peculiarities of real tables, each in its own stretch of [0, 1).
function costOf(peculiarity: number, units: number): string | null {
  if (peculiarity >= 0.1 && peculiarity < 0.107) {
    return null;
  }
  return decimalOfUnits(peculiarity >= 0.11 && peculiarity < 0.111 ? 0 : units);
}

function tokensOf(peculiarity: number, prompt: number, completion: number) {
  if (peculiarity >= 0.2 && peculiarity < 0.205) {
    return { total_tokens: null, prompt_tokens: null, completion_tokens: null };
  }
  const missed = peculiarity >= 0.21 && peculiarity < 0.212 ? 7 : 0;
  return { total_tokens: prompt + completion + missed, prompt_tokens: prompt, completion_tokens: completion };
}

function writtenAt(random: Random, { startTime, endTime }: GeneratedCall): number {
  const delay = random() < lateShare ? logNormal(random, lateMedianMs, 1) : 0;
  return (endTime ?? startTime) + delay;
}

/** A number of 10^-8 as a decimal number. */
function decimalOfUnits(units: number): string {
  const digits = String(units).padStart(9, '0');
  return `${digits.slice(0, -8)}.${digits.slice(-8)}`;
}
