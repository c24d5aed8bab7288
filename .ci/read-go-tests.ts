import { z } from 'zod';
import type { TestCounts } from './step.ts';

/** One line of `go test -json` (see `go doc test2json`). */
const eventSchema = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  Test: z.string().optional(),
  Output: z.string().optional(),
});
type GoTestEvent = z.infer<typeof eventSchema>;

/** Counts tests and subtests; a test that has subtests counts as those. */
export function readGoTests(output: string): TestCounts {
  const outcomes = new Map<string, string>();
  for (const line of output.split('\n')) {
    const event = parseEvent(line);
    if (event?.Test !== undefined && ['pass', 'fail', 'skip'].includes(event.Action)) {
      outcomes.set(`${event.Package ?? ''} ${event.Test}`, event.Action);
    }
  }
  const parents = new Set([...outcomes.keys()].flatMap(parentsOf));
  const leaves = [...outcomes].filter(([name]) => !parents.has(name)).map(([, action]) => action);
  const count = (action: string) => leaves.filter((leaf) => leaf === action).length;
  return { passed: count('pass'), failed: count('fail'), skipped: count('skip'), notRun: [] };
}

function parentsOf(name: string): string[] {
  const from = name.lastIndexOf(' ');
  const steps = name.slice(from).split('/');
  return steps.slice(1).map((_, index) => name.slice(0, from) + steps.slice(0, index + 1).join('/'));
}

/** Turns events back into what `go test` prints: a line per package, and all that a failed test said. */
export function goTestPrinter(): (line: string) => string {
  const said = new Map<string, string>();
  return (line) => {
    const event = parseEvent(line);
    if (event === undefined) {
      return `${line}\n`;
    }
    const text = event.Output ?? '';
    if (event.Test === undefined) {
      return text === 'PASS\n' ? '' : text;
    }
    const name = `${event.Package ?? ''} ${event.Test}`;
    const before = said.get(name) ?? '';
    if (event.Action === 'output') {
      said.set(name, before + text);
      return '';
    }
    said.delete(name);
    return event.Action === 'fail' ? before : '';
  };
}

function parseEvent(line: string): GoTestEvent | undefined {
  if (!line.startsWith('{')) {
    return undefined;
  }
  return eventSchema.parse(JSON.parse(line));
}
