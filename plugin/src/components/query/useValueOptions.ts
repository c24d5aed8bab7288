import { type ComboboxOption } from '@grafana/ui';
import { useCallback, useEffect, useRef } from 'react';
import { type FilterValuesProps } from './filter-values-props';

type Request = Pick<FilterValuesProps, 'datasource' | 'known' | 'range' | 'narrowedBy'>;

/**
 * What to offer as a filter's value: the template variables, and the values that the key has in the time range.
 * The function stays the same for the life of the field, whatever it is asked with: see Choice.
 */
export function useValueOptions({ datasource, known, range, narrowedBy }: Request) {
  const latest = useRef<Request>({ datasource, known, range, narrowedBy });
  useEffect(() => {
    latest.current = { datasource, known, range, narrowedBy };
  }, [datasource, known, range, narrowedBy]);
  return useCallback((search: string) => loadOptions(search, latest.current), []);
}

async function loadOptions(search: string, request: Request): Promise<ComboboxOption[]> {
  const { datasource, known, range, narrowedBy } = request;
  const variables = datasource
    .getVariableNames()
    .filter((name) => name.includes(search))
    .map((value) => ({ value, description: 'Template variable' }));
  if (!known?.suggest) {
    return variables;
  }
  try {
    const { values, truncated } = await datasource.getDimensionValues(known.key, {
      range,
      search,
      filters: narrowedBy,
    });
    return [
      ...variables,
      ...values.map((value) => ({ value })),
      ...(truncated ? [hint('There are more: type to search')] : []),
    ];
  } catch (error) {
    return [...variables, hint(`No suggestions: ${error instanceof Error ? error.message : String(error)}`)];
  }
}

function hint(label: string): ComboboxOption {
  return { value: `__hint ${label}`, label, infoOption: true };
}
