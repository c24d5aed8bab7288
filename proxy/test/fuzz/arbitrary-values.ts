import fc from 'fast-check';
import { hostileTexts } from '../hostile/hostile-texts.ts';

const extremeNumbers = [
  0,
  -0,
  1,
  -1,
  0.1,
  1e-320,
  5e-324,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  2 ** 63,
  2 ** 64,
  1e21,
  1e308,
  -1e308,
  8.64e15,
  8.64e15 + 1,
];

export const numbers = fc.oneof(
  fc.constantFrom(...extremeNumbers),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true })
);

/** Any text: hostile, of every plane, with lone halves of characters, long. */
export const texts = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom('\ud800', 'a\udc00b', '\ufffe', '\u0000'.repeat(3)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('a', '%', '{{', '${a:', '\\', '😀', '|', '(', '0'), fc.integer({ min: 1, max: 15_000 }))
      .map(([unit, count]) => unit.repeat(count)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', 'then', 'toJSON'),
  }
);

const deep = fc.tuple(fc.constantFrom('list', 'object'), fc.integer({ min: 1, max: 2000 })).map(([shape, depth]) => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) {
    value = shape === 'list' ? [value] : { a: value };
  }
  return value;
});

/** Any JSON, and what takes a part's place. */
export const values: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: texts },
  { weight: 4, arbitrary: numbers },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false, [], {}, '', [[]], [null], { __proto__: null }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: fc.array(texts, { maxLength: 150 }) }
);

/** How a part of a value is changed: the part is found by walking down, a step at a time. */
type Change = { steps: number[] } & (
  { do: 'put'; value: unknown } | { do: 'remove' } | { do: 'add'; name: string; value: unknown } | { do: 'double' }
);

const steps = fc.array(fc.nat(20), { minLength: 1, maxLength: 7 });
const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ steps, do: fc.constant('put' as const), value: values }) },
  { weight: 1, arbitrary: fc.record({ steps, do: fc.constant('remove' as const) }) },
  { weight: 1, arbitrary: fc.record({ steps, do: fc.constant('add' as const), name: texts, value: values }) },
  { weight: 1, arbitrary: fc.record({ steps, do: fc.constant('double' as const) }) }
);

/** The same values, one in `share` of them with some parts changed: other types, missing, there twice, too many. */
export function changed(base: fc.Arbitrary<unknown>, share = 2): fc.Arbitrary<unknown> {
  return fc
    .tuple(
      base,
      fc.oneof(
        { weight: share - 1, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(changes, { minLength: 1, maxLength: 3 }) }
      )
    )
    .map(([value, list]) => list.reduce((before: unknown, change) => applyChange(before, change, change.steps), value));
}

function applyChange(value: unknown, change: Change, [step, ...rest]: number[]): unknown {
  const isList = Array.isArray(value);
  if (step === undefined || typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    return replaced(value, change);
  }
  const entries = Object.entries(value);
  const place = step % entries.length;
  const changedEntries = entries.flatMap(([name, part], index): [string, unknown][] => {
    if (index !== place) {
      return [[name, part]];
    }
    if (rest.length === 0 && change.do === 'remove') {
      return [];
    }
    const after = applyChange(part, change, rest);
    return change.do === 'double' && isList && rest.length === 0
      ? [
          [name, part],
          [name, part],
        ]
      : [[name, after]];
  });
  return isList ? changedEntries.map(([, part]) => part) : Object.fromEntries(changedEntries);
}

function replaced(value: unknown, change: Change): unknown {
  switch (change.do) {
    case 'put':
      return change.value;
    case 'add':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? { ...value, [change.name]: change.value }
        : [value, change.value];
    case 'double':
      return [value, value];
    case 'remove':
      return null;
    default:
      return change satisfies never;
  }
}
