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
      { value: DEFAULT, label: `${datasource.defaultZone} (data source)`, description: "The data source's default" },
      {
        value: '$__timezone',
        label: 'Dashboard',
        description: 'The zone in which the dashboard or Explore shows times',
      },
      ...variableOptions(datasource),
      ...zoneNames().map((value) => ({ value })),
    ],
    [datasource]
  );
  return (
    <ChoiceField
      label="Zone of days"
      labelWidth={labelWidth}
      width={34}
      tooltip="This zone counts for days: in it, days, weeks and months begin. Grafana's own, such as Browser Time, decides how times are shown, and for days only where “Dashboard” is chosen."
      free
      options={options}
      value={query.timezone ?? DEFAULT}
      onChange={(zone) => onChange({ timezone: zone === DEFAULT ? undefined : zone })}
    />
  );
}
