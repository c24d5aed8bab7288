import { sql } from 'kysely';
import { type Dimension, noneLabel, otherLabel } from './dimensions.ts';
import { filterCondition } from '../read/filters.ts';
import type { GroupDimension, RolledUpKey } from './group-dimension.ts';

const rolledUpKeys: Record<Dimension['name'], RolledUpKey | null> = {
  provider: { by: 'group', key: ({ provider }) => provider },
  model_name: { by: 'group', key: ({ modelName }) => modelName },
  monitor_id: null,
};

/** A dimension that is a text column: its key is the text itself or, for values that are not kept, `(other)`. */
export function textDimension({ name, label, description, needsTop }: Dimension): GroupDimension {
  return {
    name,
    label,
    description,
    needsTop,
    size: null,
    zoned: false,
    key: (columns, { dialect, kept }) => {
      const text = dialect.exactText(columns.ref(name));
      if (kept === null) {
        return text;
      }
      if (kept.length === 0) {
        return sql<string | null>`${otherLabel}`;
      }
      const isKept = filterCondition(
        { type: 'text', column: name, operator: 'in', values: [...kept] },
        columns,
        dialect
      );
      return sql<string | null>`case when ${isKept} then ${text} else ${otherLabel} end`;
    },
    rolledUp: rolledUpKeys[name],
    labelOf: (key) => (key === null || key === '' ? noneLabel : String(key)),
    // By code unit, so that the order is the same everywhere.
    compare: (a, b) => (a === b ? 0 : a < b ? -1 : 1),
  };
}
