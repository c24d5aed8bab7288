import { useCallback, useEffect, useState } from 'react';
import { type Catalog } from '../catalog';
import { type AiMetricsDataSource } from '../datasource';

export type CatalogState =
  { status: 'loading' } | { status: 'ready'; catalog: Catalog } | { status: 'failed'; message: string };

/** The data source's catalog, and a function that asks for it again. */
export function useCatalog(datasource: AiMetricsDataSource): [CatalogState, () => void] {
  const [state, setState] = useState<CatalogState>({ status: 'loading' });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let current = true;
    const show = (next: CatalogState) => {
      if (current) {
        setState(next);
      }
    };
    datasource.getCatalog().then(
      (catalog) => show({ status: 'ready', catalog }),
      (error: Error) => show({ status: 'failed', message: error.message })
    );
    return () => {
      current = false;
    };
  }, [datasource, attempt]);

  const retry = useCallback(() => {
    setState({ status: 'loading' });
    setAttempt((count) => count + 1);
  }, []);

  return [state, retry];
}
