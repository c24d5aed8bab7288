import { type DestinationStream, pino } from 'pino';

const maxWaitingBytes = 1024 * 1024;

/**
 * Standard output, written at once: nothing waits in memory, whoever logs faster than it is read waits. Where it can't be
 * written (a full disk behind it), lines are left out and the proxy goes on.
 */
export function openStandardOutput(): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true, maxLength: maxWaitingBytes });
  output.on('error', () => undefined);
  // Only this: pino would call its flushSync at a fatal line, which never returns while the disk is full.
  return {
    write: (line) => {
      output.write(line);
    },
  };
}
