import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Step, StepResult, TestCounts } from './step.ts';

const root = join(import.meta.dirname, '..');
const limitMs = 20 * 60_000;
const running = new Set<ChildProcess>();

/** Runs a step and hands every printed line to `print`. Never throws: what goes wrong is a failed check. */
export async function runStep(step: Step, print: (text: string) => void): Promise<StepResult> {
  const start = performance.now();
  const notRun = whyNot(step);
  if (notRun !== undefined) {
    return { step, seconds: 0, passed: 0, failed: 0, ...notRun };
  }
  const { succeeded, output } = await run(step, print);
  const counts = countTests(step, succeeded, output, print);
  return { step, seconds: (performance.now() - start) / 1000, ...counts };
}

/** A check that a machine should be able to run counts as skipped; one that wants what only some people have, not at all. */
function whyNot({ name, needs, needsVariable }: Step): Pick<TestCounts, 'skipped' | 'notRun'> | undefined {
  if (needs !== undefined && spawnSync('which', [needs]).status !== 0) {
    return { skipped: 1, notRun: [`${name}: ${needs} is not installed`] };
  }
  return needsVariable !== undefined && !process.env[needsVariable]
    ? { skipped: 0, notRun: [`${name}: ${needsVariable} is not set`] }
    : undefined;
}

/** Ends what runs, when the checks themselves are ended. */
export function endRunningSteps(): void {
  for (const child of running) {
    child.kill('SIGTERM');
  }
}

async function run(step: Step, print: (text: string) => void): Promise<{ succeeded: boolean; output: string }> {
  const [program, ...programArguments] = step.command;
  const child = spawn(program, programArguments, {
    cwd: join(root, step.folder ?? '.'),
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  running.add(child);
  let output = '';
  const read = async (stream: NodeJS.ReadableStream, show: (line: string) => string) => {
    for await (const line of createInterface({ input: stream })) {
      output += `${line}\n`;
      print(show(line));
    }
  };
  const plain = (line: string) => `${line}\n`;
  const ended = new Promise<boolean>((resolve) => {
    child.on('error', (error) => {
      print(`${error.message}\n`);
      resolve(false);
    });
    child.on('exit', (code, signal) => {
      if (signal !== null) {
        print(`ended by ${signal} (each step may take ${limitMs / 60_000} min)\n`);
      }
      resolve(code === 0);
    });
  });
  const [exitedWell] = await Promise.all([ended, read(child.stdout, step.show ?? plain), read(child.stderr, plain)]);
  running.delete(child);
  return { succeeded: exitedWell && !(step.failsOnOutput === true && output.trim() !== ''), output };
}

function environment(): NodeJS.ProcessEnv {
  const { NO_COLOR: _noColor, FORCE_COLOR: _forceColor, ...rest } = process.env;
  return {
    ...rest,
    PATH: [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
    ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
  };
}

function countTests(step: Step, succeeded: boolean, output: string, print: (text: string) => void): TestCounts {
  const nothing: TestCounts = { passed: 0, failed: 0, skipped: 0, notRun: [] };
  const reason = step.mayNotRun === true && succeeded ? /^NOT RUN: (.*)$/m.exec(output)?.[1] : undefined;
  if (reason !== undefined) {
    return { ...nothing, notRun: [`${step.name}: ${reason}`] };
  }
  if (step.count === undefined) {
    return { ...nothing, passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1 };
  }
  const counts = countOrExplain(() => step.count?.(output) ?? nothing, print) ?? nothing;
  if (counts.failed === 0 && !succeeded) {
    print('The tests that were counted passed, but the program failed; see above.\n');
    return { ...counts, failed: 1 };
  }
  if (counts.passed + counts.failed === 0) {
    print('No test was run.\n');
    return { ...counts, failed: 1 };
  }
  return counts;
}

function countOrExplain(count: () => TestCounts, print: (text: string) => void): TestCounts | undefined {
  try {
    return count();
  } catch (error) {
    print(`The report of the tests can't be read: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}
