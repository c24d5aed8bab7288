import { type ComboboxOption } from '@grafana/ui';
import { type AiMetricsDataSource } from '../../datasource';

/** The dashboard's variables, to be chosen instead of a value. */
export function variableOptions(datasource: AiMetricsDataSource): ComboboxOption[] {
  return datasource.getVariableNames().map((value) => ({ value, description: 'Template variable' }));
}
