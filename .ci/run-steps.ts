import { runStep } from './run-step.ts';
import type { Step, StepResult } from './step.ts';
import { outcome } from './summary.ts';

const lanes = 2;

/**
 * Runs all steps, two at a time, and goes on after a failure. The output stays in the order of the steps: the first one
 * that is unfinished prints as it runs, what a later one prints is held back until it is its turn.
 */
export async function runSteps(steps: Step[], write: (text: string) => void): Promise<StepResult[]> {
  const results = new Map<Step, StepResult>();
  const waiting = [...steps];
  const busy = new Map<Step, Promise<void>>();
  const printers = turnTakingPrinters(steps, write);
  while (waiting.length > 0 || busy.size > 0) {
    const next = waiting[0];
    const aloneRuns = [...busy.keys()].some((step) => step.alone);
    const mayStart = next !== undefined && !aloneRuns && busy.size < (next.alone === true ? 1 : lanes);
    if (!mayStart) {
      await Promise.race(busy.values());
      continue;
    }
    waiting.shift();
    const printer = printers.get(next);
    const run = async () => {
      const result = await runStep(next, printer?.print ?? write);
      results.set(next, result);
      printer?.finish(`${outcome(result)}\n`);
      busy.delete(next);
    };
    busy.set(next, run());
  }
  return steps.flatMap((step) => results.get(step) ?? []);
}

interface Printer {
  print: (text: string) => void;
  finish: (text: string) => void;
}

function turnTakingPrinters(steps: Step[], write: (text: string) => void): Map<Step, Printer> {
  const pending = steps.map((step) => ({ text: '', finished: false, heading: heading(step) }));
  let turn = 0;
  const flush = () => {
    for (let current = pending[turn]; current !== undefined; current = pending[turn]) {
      write(current.heading + current.text);
      current.heading = '';
      current.text = '';
      if (!current.finished) {
        return;
      }
      turn += 1;
    }
  };
  return new Map(
    steps.map((step, index) => {
      const add = (text: string, finished: boolean) => {
        const mine = pending[index];
        if (mine !== undefined) {
          mine.text += text;
          mine.finished = finished;
        }
        if (index === turn) {
          flush();
        }
      };
      return [step, { print: (text) => add(text, false), finish: (text) => add(text, true) }];
    })
  );
}

function heading(step: Step): string {
  return `\n── ${step.name} ──\n`;
}
