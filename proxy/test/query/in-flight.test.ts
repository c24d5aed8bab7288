import { describe, expect, it } from 'vitest';
import { canonicalJson, createInFlight } from '../../src/in-flight.ts';

interface Begun {
  signal: AbortSignal;
  resolve: (result: string) => void;
  reject: (error: Error) => void;
}

/** Work that ends when the test says so, and whatever of it was begun. */
function openInFlight() {
  const observed: boolean[] = [];
  const begun: Begun[] = [];
  const inFlight = createInFlight<string>((wasRunning) => observed.push(wasRunning));
  const ask = (caller: AbortSignal, key = 'question') =>
    inFlight.share(key, caller, (signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      begun.push({ signal, resolve, reject });
      return promise;
    });
  return { ask, begun, observed };
}

const never = () => new AbortController().signal;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error: unknown) => error
  );

describe('createInFlight', () => {
  it('begins once for those who ask the same meanwhile, and gives the result to all', async () => {
    const { ask, begun, observed } = openInFlight();
    const answers = [ask(never()), ask(never()), ask(never())];
    expect(begun).toHaveLength(1);
    begun[0]?.resolve('answer');
    expect(await Promise.all(answers)).toEqual(['answer', 'answer', 'answer']);
    expect(observed).toEqual([false, true, true]);
    expect(begun[0]?.signal.aborted).toBe(false);
  });

  it('begins anew for another question, and for the same one after its end', async () => {
    const { ask, begun, observed } = openInFlight();
    const first = ask(never());
    const other = ask(never(), 'another question');
    begun[0]?.resolve('first');
    begun[1]?.resolve('other');
    expect(await Promise.all([first, other])).toEqual(['first', 'other']);
    const second = ask(never());
    begun[2]?.resolve('second');
    expect(await second).toBe('second');
    expect(observed).toEqual([false, false, false]);
  });

  it('gives a failure to all, and keeps it for nobody', async () => {
    const { ask, begun } = openInFlight();
    const answers = [ask(never()), ask(never())];
    const broken = new Error('broken');
    begun[0]?.reject(broken);
    expect(await Promise.all(answers.map(failure))).toEqual([broken, broken]);
    const next = ask(never());
    begun[1]?.resolve('answer');
    expect(await next).toBe('answer');
  });

  it.each(['first', 'second'])('lets the %s of two go away at once, with his own reason', async (who) => {
    const { ask, begun } = openInFlight();
    const callers = [new AbortController(), new AbortController()];
    const answers = callers.map(({ signal }) => ask(signal));
    const [leaver, stayer] = who === 'first' ? [0, 1] : [1, 0];
    callers[leaver]?.abort(new Error(who));
    expect(await failure(answers[leaver] as Promise<string>)).toEqual(new Error(who));
    expect(begun[0]?.signal.aborted).toBe(false);
    // One who comes now joins him who stayed.
    const third = ask(never());
    begun[0]?.resolve('answer');
    expect(await Promise.all([answers[stayer], third])).toEqual(['answer', 'answer']);
    expect(begun).toHaveLength(1);
  });

  it('aborts the work when the last caller goes away, with his reason', async () => {
    const { ask, begun } = openInFlight();
    const callers = [new AbortController(), new AbortController()];
    const failures = callers.map(({ signal }) => failure(ask(signal)));
    callers[0]?.abort(new Error('first'));
    callers[1]?.abort(new Error('second'));
    expect(await Promise.all(failures)).toEqual([new Error('first'), new Error('second')]);
    expect(begun[0]?.signal.reason).toEqual(new Error('second'));
  });

  it('begins anew for those who come while aborted work ends, whose failure is nobody’s', async () => {
    const { ask, begun, observed } = openInFlight();
    const caller = new AbortController();
    const gone = failure(ask(caller.signal));
    caller.abort(new Error('gone'));
    const next = ask(never());
    const joined = ask(never());
    begun[0]?.reject(new Error('cancelled'));
    expect(await gone).toEqual(new Error('gone'));
    // What ended in the meantime is not taken for what runs now.
    const last = ask(never());
    begun[1]?.resolve('answer');
    expect(await Promise.all([next, joined, last])).toEqual(['answer', 'answer', 'answer']);
    expect(observed).toEqual([false, false, true, true]);
    expect(begun).toHaveLength(2);
  });

  it('neither begins nor joins for a caller who is gone already', async () => {
    const { ask, begun, observed } = openInFlight();
    const gone = new Error('gone');
    expect(await failure(ask(AbortSignal.abort(gone)))).toBe(gone);
    expect([begun, observed]).toEqual([[], []]);
  });
});

describe('canonicalJson', () => {
  it('is the same whatever the order of keys, at any depth, and leaves out what is undefined', () => {
    const text = '{"a":[{"x":1,"y":[2,1]}],"b":{"c":null,"d":"é"}}';
    expect(canonicalJson({ b: { d: 'é', c: null }, a: [{ y: [2, 1], x: 1 }], z: undefined })).toBe(text);
    expect(canonicalJson({ a: [{ x: 1, y: [2, 1] }], b: { c: null, d: 'é' } })).toBe(text);
  });

  it.each([
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: '1' }, { a: 1 }],
    [{ a: null }, {}],
    [{ a: { b: 1 } }, { a: 1, b: 1 }],
    [['a,b'], ['a', 'b']],
  ])('tells %j from %j', (one, other) => {
    expect(canonicalJson(one)).not.toBe(canonicalJson(other));
  });
});
