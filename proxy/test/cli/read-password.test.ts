import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readPassword } from '../../src/cli/read-password.ts';

/** A terminal on which these keys are pressed; what it shows is in `shown`. */
function terminal(keys: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const prompts = new PassThrough();
  const shown: string[] = [];
  prompts.on('data', (chunk: Buffer) => shown.push(chunk.toString()));
  input.write(keys);
  return { input, prompts, shown: () => shown.join('') };
}

function pipe(content: string): PassThrough {
  const input = new PassThrough();
  input.end(content);
  return input;
}

describe('readPassword', () => {
  it('asks twice on a terminal and shows nothing of it', async () => {
    const { input, prompts, shown } = terminal('correct horse\rcorrect horse\r');
    expect(await readPassword(input, prompts)).toBe('correct horse');
    expect(shown()).toBe('Password: \nAgain: \n');
  });

  it('knows backspace and letters beyond ASCII', async () => {
    const { input, prompts } = terminal('pässwx\u007förd\rpässwx\u007förd\r');
    expect(await readPassword(input, prompts)).toBe('pässwörd');
  });

  it('refuses two that differ', async () => {
    const { input, prompts } = terminal('correct horse\rcorrect house\r');
    await expect(readPassword(input, prompts)).rejects.toThrow('The two passwords differ; nothing was changed');
  });

  it.each([
    ['Ctrl-C', 'correct\u0003'],
    ['Ctrl-D', '\u0004'],
    ['Ctrl-C at the second time', 'correct horse\rcorr\u0003'],
  ])('stops at %s', async (_, keys) => {
    const { input, prompts } = terminal(keys);
    await expect(readPassword(input, prompts)).rejects.toThrow('Stopped; nothing was changed');
  });

  it.each([
    ['correct horse\n', 'correct horse'],
    ['correct horse\r\n', 'correct horse'],
    [' no line end ', ' no line end '],
    ['', ''],
  ])('takes %j from a pipe as %j', async (content, password) => {
    expect(await readPassword(pipe(content), new PassThrough())).toBe(password);
  });

  it('refuses more than one line from a pipe', async () => {
    await expect(readPassword(pipe('one\ntwo\n'), new PassThrough())).rejects.toThrow('more than one line');
  });
});
