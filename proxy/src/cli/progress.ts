import { SingleBar } from 'cli-progress';

export interface Progress {
  update: (done: number) => void;
  stop: () => void;
}

export interface ProgressOutput {
  isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Shows how far a tool is: a bar on a terminal, elsewhere a line for each tenth. `what` says what is counted, such as
 * `calls`.
 */
export function startProgress(what: string, total: number, output: ProgressOutput = process.stderr): Progress {
  return output.isTTY === true ? startBar(what, total) : startLines(what, total, output);
}

function startBar(what: string, total: number): Progress {
  const bar = new SingleBar({
    format: `{bar} {percentage}% | {value} of {total} ${what} | {duration_formatted}, {eta_formatted} left`,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: true,
    stream: process.stderr,
  });
  bar.start(total, 0);
  return {
    update: (done) => bar.update(done),
    stop: () => bar.stop(),
  };
}

function startLines(what: string, total: number, output: ProgressOutput): Progress {
  let tenths = 0;
  return {
    update: (done) => {
      const reached = total === 0 ? 10 : Math.floor((10 * done) / total);
      if (reached > tenths && reached < 10) {
        tenths = reached;
        output.write(`${String(done)} of ${String(total)} ${what}\n`);
      }
    },
    stop: () => undefined,
  };
}
