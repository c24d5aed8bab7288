import { InlineField, Stack } from '@grafana/ui';
import React, { useId } from 'react';
import { type CatalogParameter } from '../../catalog';
import { neededParameters } from '../../parameters';
import { unitText } from '../../unit-text';
import { CommitInput } from './CommitInput';
import { type FieldProps, LABEL_WIDTH } from './field-props';
import { isNumberOrVariable } from './number-or-variable';

/** What the chosen metrics or events need to know. */
export function ParameterFields({ catalog, query, onChange }: FieldProps) {
  const { parameters = {} } = query;
  const needed = neededParameters(query, catalog);
  if (needed.length === 0) {
    return null;
  }
  return (
    <Stack direction="row" gap={0} wrap="wrap">
      {needed.map((parameter) => (
        <ParameterField
          key={parameter.name}
          parameter={parameter}
          value={parameters[parameter.name]?.toString() ?? ''}
          onChange={(value) => onChange({ parameters: { ...parameters, [parameter.name]: value } })}
        />
      ))}
    </Stack>
  );
}

interface ParameterFieldProps {
  parameter: CatalogParameter;
  value: string;
  onChange: (value: number | string | undefined) => void;
}

function ParameterField({ parameter, value, onChange }: ParameterFieldProps) {
  const id = useId();
  const { label, description, unit, default: standard } = parameter;
  const missing = value === '' && standard === null;
  return (
    <InlineField
      label={label}
      labelWidth={LABEL_WIDTH}
      tooltip={`${description} A number (${unitText(unit)}) or a variable, as $name.`}
      shrink
      invalid={missing || !isNumberOrVariable(value)}
      error={missing ? 'Enter a number: what is chosen needs it' : 'Not a number'}
    >
      <CommitInput
        id={id}
        width={16}
        inputMode="decimal"
        placeholder={standard?.toString() ?? 'A number'}
        value={value}
        onCommit={(text) => onChange(parameterValue(text))}
      />
    </InlineField>
  );
}

function parameterValue(text: string): number | string | undefined {
  if (text === '') {
    return undefined;
  }
  return Number.isFinite(Number(text)) ? Number(text) : text;
}
