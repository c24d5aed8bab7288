import { type DataSourceSettings } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';
import { giveElementsRoom } from '../testing/layout';
import { type AiMetricsOptions, type AiMetricsSecrets } from '../types';
import { ConfigEditor } from './ConfigEditor';

type Settings = DataSourceSettings<AiMetricsOptions, AiMetricsSecrets>;

// Without `database`, which is deprecated and yet required by the type.
const fresh = {
  id: 7,
  uid: 'aitoys-ai-metrics',
  orgId: 1,
  name: 'AI Metrics',
  type: 'aitoys-aimetrics-datasource',
  typeName: 'AI Metrics',
  typeLogoUrl: '',
  access: 'proxy',
  url: '',
  user: '',
  basicAuth: false,
  basicAuthUser: '',
  withCredentials: false,
  isDefault: false,
  readOnly: false,
  jsonData: {},
  secureJsonFields: {},
} as Settings;

beforeAll(giveElementsRoom);

describe('ConfigEditor', () => {
  it('writes address and secrets to their own places, and nothing else', async () => {
    const { user, settings } = renderEditor();
    await user.type(screen.getByLabelText(/^Address/), 'http://proxy:5000');
    await user.type(screen.getByLabelText(/^Login/), 'grafana');
    await user.type(screen.getByLabelText(/^Password/), 's3cret');
    expect(settings()).toEqual({
      ...fresh,
      jsonData: { proxyUrl: 'http://proxy:5000' },
      secureJsonFields: { login: false, password: false },
      secureJsonData: { login: 'grafana', password: 's3cret' },
    });
  });

  it('sets zone, time-out and the right to alert', async () => {
    const { user, settings } = renderEditor();
    await user.type(screen.getByLabelText(/^Default time zone/), 'kathm');
    await user.click(await screen.findByRole('option', { name: 'Asia/Kathmandu' }));
    await user.type(screen.getByLabelText(/^Time-out/), '20');
    await user.click(screen.getByLabelText(/^Allow alert rules/));
    expect(settings().jsonData).toEqual({ timezone: 'Asia/Kathmandu', timeoutSeconds: 20, allowAlerts: true });
  });

  it('goes back to the defaults when fields are emptied', async () => {
    const { user, settings } = renderEditor({ jsonData: { timeoutSeconds: 20, allowAlerts: true } });
    await user.clear(screen.getByLabelText(/^Time-out/));
    await user.click(screen.getByLabelText(/^Allow alert rules/));
    expect(settings().jsonData).toEqual({ timeoutSeconds: undefined, allowAlerts: false });
  });

  it('says which time-outs it takes', () => {
    renderEditor();
    expect(screen.getByText(/a whole number from 1 to 27/)).toBeInTheDocument();
    const field = screen.getByLabelText(/^Time-out/);
    expect(field).toHaveAttribute('min', '1');
    expect(field).toHaveAttribute('max', '27');
    expect(field).toHaveAttribute('step', '1');
  });

  it.each(['1', '27'])('takes a time-out of %s s', async (seconds) => {
    const { user, settings } = renderEditor();
    await user.type(screen.getByLabelText(/^Time-out/), seconds);
    expect(screen.queryByText('Enter whole seconds from 1 to 27')).not.toBeInTheDocument();
    expect(settings().jsonData).toEqual({ timeoutSeconds: Number(seconds) });
  });

  it.each(['0', '28', '300', '1.5', '-1'])('marks a time-out of %s s, which the back end refuses', async (seconds) => {
    const { user } = renderEditor();
    const field = screen.getByLabelText(/^Time-out/);
    await user.type(field, seconds);
    expect(screen.getByText('Enter whole seconds from 1 to 27')).toBeInTheDocument();
    await user.clear(field);
    expect(screen.queryByText('Enter whole seconds from 1 to 27')).not.toBeInTheDocument();
  });

  it('says what the right to alert grants', () => {
    renderEditor();
    expect(screen.getByText(/a rule may ask everything that the user above may see/)).toBeInTheDocument();
  });

  it('hides what is typed as a secret', async () => {
    const { user } = renderEditor();
    await user.type(screen.getByLabelText(/^Password/), 's3cret');
    expect(screen.getByLabelText(/^Password/)).toHaveAttribute('type', 'password');
  });

  it('never shows a stored password', () => {
    // Grafana sends no stored secret to a browser; if it did, it would still not be shown.
    const { container } = renderEditor({
      secureJsonFields: { login: true, password: true },
      secureJsonData: { login: 'grafana', password: 's3cret' },
    });
    expect(screen.getByLabelText(/^Password/)).toHaveValue('configured');
    expect(screen.getByLabelText(/^Password/)).toBeDisabled();
    expect(screen.getByLabelText(/^Login/)).toHaveValue('configured');
    expect(container.innerHTML).not.toContain('s3cret');
  });

  it('takes a new password after a reset', async () => {
    const { user, settings } = renderEditor({ secureJsonFields: { login: true, password: true } });
    const [, resetPassword] = screen.getAllByRole('button', { name: 'Reset' });
    await user.click(resetPassword!);
    expect(settings().secureJsonFields).toEqual({ login: true, password: false });
    await user.type(screen.getByLabelText(/^Password/), 'new');
    expect(settings().secureJsonData).toEqual({ password: 'new' });
  });

  it('changes nothing of a provisioned data source', () => {
    renderEditor({
      readOnly: true,
      jsonData: { proxyUrl: 'http://proxy:5000' },
      secureJsonFields: { login: true, password: true },
    });
    expect(screen.getByLabelText(/^Address/)).toHaveValue('http://proxy:5000');
    for (const label of [/^Address/, /^Login/, /^Password/, /^Default time zone/, /^Time-out/, /^Allow alert rules/]) {
      expect(screen.getByLabelText(label)).toBeDisabled();
    }
    expect(screen.queryByRole('button', { name: 'Reset' })).not.toBeInTheDocument();
  });
});

function renderEditor(changes: Partial<Settings> = {}) {
  let current: Settings = { ...fresh, ...changes };

  /** Keeps the settings as Grafana does. */
  function Editor() {
    const [options, setOptions] = useState(current);
    return (
      <ConfigEditor
        options={options}
        onOptionsChange={(next) => {
          current = next;
          setOptions(next);
        }}
      />
    );
  }

  const { container } = render(<Editor />);
  return { user: userEvent.setup({ delay: null }), settings: () => current, container };
}
