import { type ComboboxOption } from '@grafana/ui';
import React, { useMemo } from 'react';
import { zoneNames } from '../../zones';
import { ChoiceField } from './ChoiceField';
import { type PartProps } from './field-props';
import { variableOptions } from './variable-options';

interface Props extends PartProps {
  labelWidth?: number;
}

// What the list calls a query without a zone of its own.
const DEFAULT = '';

/** Whose midnight a day begins at. */
export function TimezoneField({ datasource, labelWidth, query, onChange }: Props) {
  const options = useMemo<ComboboxOption[]>(
    () => [
      { value: DEFAULT, label: `Data source default (${datasource.defaultZone})` },
      { value: '$__timezone', label: 'Dashboard', description: 'The zone of the dashboard or of Explore' },
      ...variableOptions(datasource),
      ...zoneNames().map((value) => ({ value })),
    ],
    [datasource]
  );
  return (
    <ChoiceField
      label="Time zone"
      labelWidth={labelWidth}
      width={34}
      tooltip="Where days, weeks and months begin. It does not change how the panel shows times."
      free
      options={options}
      value={query.timezone ?? DEFAULT}
      onChange={(zone) => onChange({ timezone: zone === DEFAULT ? undefined : zone })}
    />
  );
}
