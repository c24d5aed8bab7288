import React from 'react';
import { type FieldProps } from './field-props';
import { LimitedMultiSelect } from './LimitedMultiSelect';
import { ParameterFields } from './ParameterFields';

/** The kinds of events that are looked for. */
export function EventsField({ catalog, query, onChange }: FieldProps) {
  return (
    <>
      <LimitedMultiSelect
        label="Look for"
        tooltip="The events to find in the time range. Each is a row with its time and what happened."
        placeholder="Choose one or more events"
        noun="events"
        limit={catalog.events.length}
        options={catalog.events.map(({ name, label, description }) => ({ value: name, label, description }))}
        value={query.metrics ?? []}
        onChange={(metrics) => onChange({ metrics })}
      />
      <ParameterFields catalog={catalog} query={query} onChange={onChange} />
    </>
  );
}
