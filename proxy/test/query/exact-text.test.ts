import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/database/dialect.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { openMetrics, type OpenMetrics } from './open-metrics.ts';

/** Character set and collation of the columns; `schema` is what `proxy/schema` makes. */
const collations: Record<Engine, string[]> = {
  sqlite: ['schema'],
  mysql: [
    'schema',
    'utf8mb4 utf8mb4_general_ci',
    'utf8mb4 utf8mb4_0900_ai_ci',
    'utf8mb4 utf8mb4_unicode_ci',
    'utf8mb4 utf8mb4_bin',
    'utf8mb3 utf8mb3_general_ci',
    'latin1 latin1_swedish_ci',
    'gbk gbk_chinese_ci',
  ],
  mariadb: [
    'schema',
    'utf8mb4 utf8mb4_general_ci',
    'utf8mb4 utf8mb4_unicode_ci',
    'utf8mb4 utf8mb4_uca1400_ai_ci',
    'utf8mb4 utf8mb4_bin',
    'utf8mb3 utf8mb3_general_ci',
    'latin1 latin1_swedish_ci',
    'gbk gbk_chinese_ci',
  ],
};

// Each of these equals another one under some collation: case, padding, accents, ß, wildcards, escapes.
const inEveryCharacterSet = [
  'gpt-4',
  'GPT-4',
  'gpt-4 ',
  'gpt-4  ',
  'Gpt-4',
  ' gpt-4',
  '%',
  '_',
  'a%c',
  'a_c',
  'abc',
  'a\\c',
  "it's",
  'say "hi"',
  "\\' OR 1=1 -- ",
  '`id`',
  '/*!50000 1*/',
  ';SELECT SLEEP(9)',
];
const beyond: Record<string, string[]> = {
  latin1: ['resume', 'résumé', 'strasse', 'straße'],
  gbk: ['模型', '模型二'],
  utf8mb3: ['resume', 'résumé', 'strasse', 'straße', 'ａｂｃ', '模型', 'nul\0', 'nul'],
  utf8mb4: ['resume', 'résumé', 'strasse', 'straße', 'ａｂｃ', '模型', 'nul\0', 'nul', '😀', '🚀'],
};

describeOnEngines('answerQuery about text', (engine) => {
  describe.each(collations[engine])('in columns of %s', (collation) => {
    const characterSet = collation === 'schema' ? 'utf8mb4' : (collation.split(' ')[0] ?? '');
    const names = [...inEveryCharacterSet, ...(beyond[characterSet] ?? [])];
    const byCodeUnit = [...names].sort();
    let table: OpenMetrics;

    beforeAll(async () => {
      table = await openMetrics(engine);
      if (collation !== 'schema') {
        const [set, collate] = collation.split(' ');
        const type = (width: string) =>
          `VARCHAR(${width}) CHARACTER SET ${String(set)} COLLATE ${String(collate)} NULL`;
        await table.run(
          `ALTER TABLE ai_metrics MODIFY provider ${type('64')}, MODIFY model_name ${type('128')}, MODIFY monitor_id ${type('64')}`
        );
      }
      // The first name once, the second twice, …
      await table.insert(
        names.flatMap((name, index) =>
          Array.from({ length: index + 1 }, () => ({ provider: 'p', model_name: name, monitor_id: name }))
        )
      );
    });
    afterAll(async () => {
      await table.close();
    });

    const count = async (key: string, operator: string, ...values: string[]) => {
      const filters = [{ key, operator, values }] as never;
      const [row] = await table.rows({ kind: 'summary', fill: 'zero', filters });
      return row?.['requests'];
    };
    const countOf = (matches: (name: string) => boolean) =>
      names.reduce((sum, name, index) => sum + (matches(name) ? index + 1 : 0), 0);

    it('keeps every name apart in groups', async () => {
      const rows = await table.rows({ kind: 'summary', groupBy: ['model_name'] });
      expect(rows).toEqual(byCodeUnit.map((name) => ({ model_name: name, requests: names.indexOf(name) + 1 })));
    });

    it('keeps every name apart in groups of a time series', async () => {
      const rows = await table.rows({ groupBy: ['model_name', 'provider'], interval: 'month' });
      expect(rows.map((row) => [row['model_name'], row['requests']])).toEqual(
        byCodeUnit.map((name) => [name, names.indexOf(name) + 1])
      );
    });

    it('keeps every name apart in the values of a dimension', async () => {
      const { values } = await table.dimensionValues({ dimension: 'monitor_id' });
      expect(values).toEqual(byCodeUnit);
    });

    // A server that takes the two texts for one takes both conditions for the same expression.
    it('keeps two filters of one question apart', async () => {
      const filters = [
        { key: 'model_name', operator: 'contains', values: ['GPT-4'] },
        { key: 'model_name', operator: 'starts with', values: ['gpt-4 '] },
      ] as never;
      expect(await table.rows({ kind: 'summary', groupBy: ['model_name'], filters })).toEqual([]);
    });

    it.each(names)('finds "%s" and nothing else by = and in', async (name) => {
      expect(await count('model_name', '=', name)).toBe(names.indexOf(name) + 1);
      expect(await count('monitor_id', 'in', name, 'no such name')).toBe(names.indexOf(name) + 1);
    });

    it.each(names)('finds everything but "%s" by != and not in', async (name) => {
      const others = countOf((other) => other !== name);
      expect(await count('model_name', '!=', name)).toBe(others);
      expect(await count('monitor_id', 'not in', name, 'no such name')).toBe(others);
    });

    it.each([...names, 'g', 'G', '4 ', '', ' '])('takes "%s" literally in starts with and contains', async (text) => {
      expect(await count('model_name', 'starts with', text)).toBe(countOf((name) => name.startsWith(text)));
      expect(await count('model_name', 'contains', text)).toBe(countOf((name) => name.includes(text)));
    });

    it.each(['😀', '模', 'é', 'ß', '\u0000', '\u{10FFFF}', 'ﬁ', '%bf%27', '縗\\', `縗' OR 1=1 -- `])(
      'answers about "%s", whatever the columns can hold',
      async (text) => {
        expect(await count('model_name', '=', text)).toBe(countOf((name) => name === text));
        expect(await count('model_name', 'not in', text, 'gpt-4')).toBe(
          countOf((name) => name !== text && name !== 'gpt-4')
        );
        expect(await count('model_name', 'starts with', text)).toBe(countOf((name) => name.startsWith(text)));
        expect(await count('model_name', 'contains', text)).toBe(countOf((name) => name.includes(text)));
        const { values } = await table.dimensionValues({ search: text });
        expect(values).toEqual(byCodeUnit.filter((name) => name.includes(text)));
      }
    );

    it('finds several at once', async () => {
      expect(await count('model_name', 'in', 'gpt-4', 'GPT-4', '😀', '%')).toBe(
        countOf((name) => ['gpt-4', 'GPT-4', '😀', '%'].includes(name))
      );
    });
  });
});
