import { describe, expect, it } from 'vitest';
import type { ColumnType } from '../../src/database/column-type.ts';
import { missingIndexes } from '../../src/database/missing-indexes.ts';

const text = (maxBytes: number): ColumnType => ({
  kind: 'text',
  declared: 'TEXT',
  maxCharacters: null,
  maxBytes,
  characterSet: 'utf8mb4',
  collation: null,
});
const columns = { monitor_id: text(256), provider: text(256), model_name: text(512) };

function ddls(...args: Parameters<typeof missingIndexes>): string[] {
  return missingIndexes(...args).map(({ ddl }) => ddl);
}

describe('missingIndexes', () => {
  it('gives the statements for a table without indexes', () => {
    expect(ddls('ai_metrics', columns, [], 'InnoDB')).toEqual([
      'CREATE INDEX ai_metrics_start_time ON ai_metrics (start_time, provider, model_name) ALGORITHM=INPLACE LOCK=NONE',
      'CREATE INDEX ai_metrics_monitor_id ON ai_metrics (monitor_id, start_time) ALGORITHM=INPLACE LOCK=NONE',
    ]);
    expect(ddls('users', {}, [], null)).toEqual(['CREATE INDEX users_login_name ON users (login_name)']);
  });

  it('wants an index on whole numbers as ids, which servers need for rollups', () => {
    const indexed = [
      { name: 'a', columns: ['start_time', 'provider', 'model_name'] },
      { name: 'b', columns: ['monitor_id', 'start_time'] },
    ];
    const id: ColumnType = { kind: 'integer', declared: 'BIGINT', min: 0n, max: 1n };
    expect(ddls('ai_metrics', { ...columns, id }, indexed, 'InnoDB')).toEqual([
      'CREATE INDEX ai_metrics_id ON ai_metrics (id) ALGORITHM=INPLACE LOCK=NONE',
    ]);
    expect(
      ddls('ai_metrics', { ...columns, id }, [...indexed, { name: 'PRIMARY', columns: ['id'] }], 'InnoDB')
    ).toEqual([]);
    expect(
      ddls('ai_metrics', { ...columns, id }, [...indexed, { name: 'c', columns: ['id', 'cost'] }], 'InnoDB')
    ).toEqual([]);
    expect(
      ddls('ai_metrics', { ...columns, id }, [...indexed, { name: 'c', columns: ['cost', 'id'] }], 'InnoDB')
    ).toHaveLength(1);
    expect(ddls('ai_metrics', { ...columns, id: text(36) }, indexed, 'InnoDB')).toEqual([]);
    expect(ddls('ai_metrics', { ...columns, id }, indexed, null)).toEqual([]);
  });

  it('is content with an index that has more columns, and not with one that has fewer', () => {
    const wide = { name: 'a', columns: ['start_time', 'provider', 'model_name', 'cost'] };
    const narrow = { name: 'b', columns: ['monitor_id'] };
    expect(ddls('ai_metrics', columns, [wide, narrow], 'InnoDB')).toEqual([
      'CREATE INDEX ai_metrics_monitor_id ON ai_metrics (monitor_id, start_time) ALGORITHM=INPLACE LOCK=NONE',
    ]);
  });

  it('takes another name where its own is taken', () => {
    const indexes = [
      { name: 'AI_METRICS_START_TIME', columns: ['start_time'] },
      { name: 'ai_metrics_start_time_2', columns: [] },
      { name: 'm', columns: ['monitor_id', 'start_time'] },
    ];
    expect(ddls('ai_metrics', columns, indexes, null)).toEqual([
      'CREATE INDEX ai_metrics_start_time_3 ON ai_metrics (start_time, provider, model_name)',
    ]);
  });

  it('leaves out columns that are too wide for a key', () => {
    const wide = { ...columns, provider: text(65_535), monitor_id: text(65_535) };
    expect(ddls('ai_metrics', wide, [], null)).toEqual([
      'CREATE INDEX ai_metrics_start_time ON ai_metrics (start_time)',
    ]);
  });
});
