import { type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Field, FieldSet, Input, Switch } from '@grafana/ui';
import React, { useMemo } from 'react';
import { type AiMetricsOptions, type AiMetricsSecrets } from '../types';
import { zoneNames } from '../zones';
import { Choice } from './Choice';
import { SecretField } from './SecretField';

type Props = DataSourcePluginOptionsEditorProps<AiMetricsOptions, AiMetricsSecrets>;

const WIDTH = 50;

// As the back end checks them (pkg/models/settings.go).
const MIN_TIMEOUT = 1;
const MAX_TIMEOUT = 27;

export function ConfigEditor({ options, onOptionsChange }: Props) {
  const { jsonData, readOnly = false } = options;
  const zones = useMemo(() => zoneNames().map((value) => ({ value })), []);

  const change = (changes: Partial<AiMetricsOptions>) => {
    onOptionsChange({ ...options, jsonData: { ...jsonData, ...changes } });
  };

  return (
    <>
      <FieldSet label="Proxy">
        <Field
          label="Address"
          required
          description="Where Grafana's server (not your browser) reaches the AI Metrics proxy, without a path behind the port."
          disabled={readOnly}
        >
          <Input
            id="ai-metrics-proxy-url"
            type="url"
            width={WIDTH}
            placeholder="http://127.0.0.1:5000"
            value={jsonData.proxyUrl ?? ''}
            onChange={(event) => change({ proxyUrl: event.currentTarget.value })}
          />
        </Field>
        <SecretField
          name="login"
          label="Login"
          description="Login name of a system user of the application. Grafana's server signs in with it; it is stored encrypted."
          options={options}
          onOptionsChange={onOptionsChange}
          width={WIDTH}
        />
        <SecretField
          name="password"
          label="Password"
          description="Password of that user. It is stored encrypted and never sent to a browser again."
          options={options}
          onOptionsChange={onOptionsChange}
          width={WIDTH}
        />
      </FieldSet>
      <FieldSet label="Queries">
        <Field
          label="Default time zone"
          description="Where days, weeks and months begin in queries that name no zone of their own."
          disabled={readOnly}
        >
          {readOnly ? (
            // A list would offer to clear what can't be saved.
            <Input id="ai-metrics-timezone" width={WIDTH} value={jsonData.timezone ?? ''} placeholder="UTC" />
          ) : (
            <Choice
              id="ai-metrics-timezone"
              width={WIDTH}
              placeholder="UTC"
              options={zones}
              value={jsonData.timezone ?? null}
              onChange={(timezone) => change({ timezone })}
              onClear={() => change({ timezone: undefined })}
            />
          )}
        </Field>
        <Field
          label="Time-out in seconds"
          description={`How long Grafana's server waits for an answer of the proxy: a whole number from ${MIN_TIMEOUT} to ${MAX_TIMEOUT}. The proxy itself gives up after 25 seconds, Grafana after 30.`}
          disabled={readOnly}
          invalid={!isTimeout(jsonData.timeoutSeconds)}
          error={`Enter whole seconds from ${MIN_TIMEOUT} to ${MAX_TIMEOUT}`}
        >
          <Input
            id="ai-metrics-timeout"
            type="number"
            width={WIDTH}
            min={MIN_TIMEOUT}
            max={MAX_TIMEOUT}
            step={1}
            placeholder={String(MAX_TIMEOUT)}
            value={jsonData.timeoutSeconds ?? ''}
            onChange={(event) => change({ timeoutSeconds: numberOrNone(event.currentTarget.value) })}
          />
        </Field>
      </FieldSet>
      <FieldSet label="Alerting">
        <Field
          label="Allow alert rules"
          description="Scheduled rules run as no person, so no viewer's rights can be checked: switched on, a rule may ask everything that the user above may see, and whoever may edit rules sees the results. Switched off, rules on this data source end in an error."
          disabled={readOnly}
        >
          <Switch
            id="ai-metrics-allow-alerts"
            value={jsonData.allowAlerts ?? false}
            onChange={(event) => change({ allowAlerts: event.currentTarget.checked })}
          />
        </Field>
      </FieldSet>
    </>
  );
}

// What is out of bounds is kept and marked, as a number that changes while someone types it would only confuse.
function numberOrNone(text: string): number | undefined {
  return text === '' ? undefined : Number(text);
}

function isTimeout(seconds: number | null | undefined): boolean {
  return seconds == null || (Number.isInteger(seconds) && seconds >= MIN_TIMEOUT && seconds <= MAX_TIMEOUT);
}
