import { afterEach, beforeEach, expect, it } from 'vitest';
import { applySchema } from '../../src/cli/apply-schema.ts';
import { findTables } from '../../src/database/find-tables.ts';
import type { MetricsTables } from '../../src/database/tables.ts';
import { describeOnEngines } from '../servers/describe-on-engines.ts';
import { type EmptyDatabase, emptyDatabase } from '../support/empty-database.ts';

let empty: EmptyDatabase<MetricsTables>;

describeOnEngines('applySchema', (engine) => {
  beforeEach(async () => {
    empty = await emptyDatabase(engine);
  });
  afterEach(async () => {
    await empty.close();
  });

  it('creates both tables', async () => {
    await applySchema(empty.database);
    expect(await findTables(empty.database, ['users', 'ai_metrics', 'other'])).toEqual(
      new Set(['users', 'ai_metrics'])
    );
  });

  it('refuses where they exist', async () => {
    await applySchema(empty.database);
    await expect(applySchema(empty.database)).rejects.toThrow(
      'Nothing was created: the database already has users and ai_metrics. This tool never changes tables that exist.'
    );
  });

  it('creates neither where one exists, be it a view', async () => {
    await empty.run('create view ai_metrics as select 1 as id');
    await expect(applySchema(empty.database)).rejects.toThrow('the database already has ai_metrics.');
    expect(await findTables(empty.database, ['users'])).toEqual(new Set());
  });
});
