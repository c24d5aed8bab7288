import { useEffect, useRef } from 'react';

/**
 * Calls back once for each choice. Grafana's comboboxes repeat what was chosen when they are rendered again with new
 * options or a new value (downshift 9.0 compares with the properties at the time of the click). In a query editor, where
 * every change runs the query and renders again, that runs queries twice, or without end.
 */
export function useSayOnce<T>(value: T, onChange: (value: T) => void): (value: T) => void {
  const key = JSON.stringify(value);
  const said = useRef(key);
  useEffect(() => {
    said.current = key;
  }, [key]);

  return (chosen) => {
    const chosenKey = JSON.stringify(chosen);
    if (chosenKey !== said.current) {
      said.current = chosenKey;
      onChange(chosen);
    }
  };
}
