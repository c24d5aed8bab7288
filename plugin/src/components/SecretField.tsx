import { type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Field, Input, SecretInput } from '@grafana/ui';
import React from 'react';
import { type AiMetricsOptions, type AiMetricsSecrets } from '../types';

interface Props extends DataSourcePluginOptionsEditorProps<AiMetricsOptions, AiMetricsSecrets> {
  name: keyof AiMetricsSecrets;
  label: string;
  description: string;
  width: number;
}

/** A setting that goes to the server once and never comes back: of a stored one only that it is stored can be seen. */
export function SecretField({ name, label, description, width, options, onOptionsChange }: Props) {
  const id = `ai-metrics-${name}`;
  const configured = options.secureJsonFields?.[name] === true;

  const change = (value: string, stored: boolean) => {
    onOptionsChange({
      ...options,
      secureJsonFields: { ...options.secureJsonFields, [name]: stored },
      secureJsonData: { ...options.secureJsonData, [name]: value },
    });
  };

  return (
    <Field label={label} required description={description}>
      {options.readOnly ? (
        // SecretInput would offer to reset what can't be saved.
        <Input id={id} width={width} disabled value={configured ? 'configured' : ''} placeholder="not configured" />
      ) : (
        <SecretInput
          id={id}
          width={width}
          isConfigured={configured}
          // A browser's own stored passwords are for the person, not for the data source.
          autoComplete="new-password"
          value={options.secureJsonData?.[name] ?? ''}
          onChange={(event) => change(event.currentTarget.value, false)}
          onReset={() => change('', false)}
        />
      )}
    </Field>
  );
}
