import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import { ToolError } from './run-tool.ts';

type Input = NodeJS.ReadableStream & { isTTY?: boolean };

/**
 * A new password: asked for twice on a terminal, without echo, or else all of standard input, which is one line.
 * It is used as it is; only the line's end is taken off.
 */
export async function readPassword(input: Input, prompts: NodeJS.WritableStream): Promise<string> {
  return input.isTTY === true ? askTwice(input, prompts) : onlyLine(await text(input));
}

async function askTwice(input: Input, prompts: NodeJS.WritableStream): Promise<string> {
  const silence = new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });
  // On a terminal readline itself echoes what is typed, here to nowhere.
  const lines = createInterface({ input, output: silence, terminal: true, historySize: 0 });
  lines.once('SIGINT', () => lines.close());
  const typed = lines[Symbol.asyncIterator]();
  const ask = async (prompt: string): Promise<string> => {
    prompts.write(prompt);
    const line = await typed.next();
    prompts.write('\n');
    if (line.done === true) {
      throw new ToolError('Stopped; nothing was changed');
    }
    return line.value;
  };
  try {
    const password = await ask('Password: ');
    if ((await ask('Again: ')) !== password) {
      throw new ToolError('The two passwords differ; nothing was changed');
    }
    return password;
  } finally {
    lines.close();
  }
}

function onlyLine(input: string): string {
  const line = input.replace(/\r?\n$/, '');
  if (line.includes('\n')) {
    throw new ToolError('Standard input has more than one line: give the password alone');
  }
  return line;
}
