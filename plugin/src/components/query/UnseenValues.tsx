import { Text } from '@grafana/ui';
import React, { useEffect, useRef, useState } from 'react';
import { hasVariable } from '../../interpolation';
import { type FilterOperator } from '../../query-model';
import { type FilterValuesProps } from './filter-values-props';

const COMPARES_WHOLE: FilterOperator[] = ['=', '!=', 'in', 'not in'];

type Props = Pick<FilterValuesProps, 'datasource' | 'known' | 'range' | 'filter' | 'narrowedBy'>;

/** Which values of a condition no call has: the list takes what is typed, if it is only the beginning of a name, too. */
export function UnseenValues(props: Props) {
  const { datasource, known, filter } = props;
  const [found, setFound] = useState<{ of: string; unseen: string[] }>();
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const values = JSON.stringify(known?.suggest && COMPARES_WHOLE.includes(filter.operator) ? filter.values : []);
  // Asked again when the condition changes, not whenever the time range moves on.
  useEffect(() => {
    let isCurrent = true;
    void findUnseen(latest.current, values).then((unseen) => isCurrent && setFound({ of: values, unseen }));
    return () => {
      isCurrent = false;
    };
  }, [datasource, known, values]);
  const unseen = found?.of === values ? found.unseen : [];
  return unseen.length > 0 ? <Text color="warning">{`Not found in this time range: ${unseen.join(', ')}`}</Text> : null;
}

/** None where that can't be told: there are more values than the proxy lists, or it does not answer. */
async function findUnseen({ datasource, known, range, narrowedBy }: Props, values: string): Promise<string[]> {
  const texts = (JSON.parse(values) as unknown[]).map(String).filter((text) => text !== '' && !hasVariable(text));
  const [first = ''] = texts;
  if (!known || first === '') {
    return [];
  }
  try {
    const search = texts.length === 1 ? first : '';
    const found = await datasource.getDimensionValues(known.key, { range, search, filters: narrowedBy });
    return found.truncated ? [] : texts.filter((text) => !found.values.includes(text));
  } catch {
    return [];
  }
}
