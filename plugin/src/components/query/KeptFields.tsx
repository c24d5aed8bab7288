import { Button, Stack, Text } from '@grafana/ui';
import React from 'react';
import { hasField, kindOf } from '../../kind-fields';
import { type QueryModel } from '../../query-model';
import { FIELDS, unreadableFields } from '../../readable-query';

interface Props {
  /** As it is saved. */
  query: QueryModel;
  onChange: (changes: Partial<QueryModel>) => void;
}

/** Fields that were saved and have no place in the editor: they are kept until someone takes them away. */
export function KeptFields({ query, onChange }: Props) {
  const kept = [...new Set([...unreadableFields(query), ...foreignFields(query)])];
  if (kept.length === 0) {
    return null;
  }
  const remove = () => onChange(Object.fromEntries(kept.map((field) => [field, undefined])));
  return (
    <Stack direction="row" gap={1} alignItems="center" wrap="wrap">
      <Text color="warning">{`Saved, but without a meaning here: ${kept.join(', ')}`}</Text>
      <Button size="sm" variant="secondary" onClick={remove}>
        Remove
      </Button>
    </Stack>
  );
}

/** Fields that the query's kind has not. Those that say nothing, such as an empty list, harm nobody. */
function foreignFields(query: QueryModel): Array<keyof QueryModel> {
  const kind = kindOf(query);
  return FIELDS.filter((field) => !hasField(kind, field) && saysSomething(query[field]));
}

function saysSomething(value: unknown): boolean {
  const nothing = [undefined, null, '', 0, 'auto', 'none', 'table'];
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return !isEmpty && !nothing.some((each) => each === value);
}
