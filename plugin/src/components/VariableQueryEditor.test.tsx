import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';
import { type Backend, installBackend } from '../testing/backend-srv';
import { catalog } from '../testing/catalog';
import { makeDataSource } from '../testing/datasource';
import { giveElementsRoom } from '../testing/layout';
import { templateSrv } from '../testing/template-srv';
import { type DimensionQuery } from '../types';
import { VariableQueryEditor } from './VariableQueryEditor';

beforeAll(giveElementsRoom);

let backend: Backend;
beforeEach(() => {
  backend = installBackend({
    catalog: { body: { data: catalog } },
    'dimensions/provider/values': { body: { data: { values: ['azure', 'openai'], truncated: false } } },
  });
});

describe('VariableQueryEditor', () => {
  it('offers the dimensions whose values can be listed', async () => {
    const { user, query } = await renderEditor();
    await user.click(screen.getByLabelText('Values of'));
    const options = await screen.findAllByRole('option');
    expect(options.map(({ textContent }) => textContent)).toEqual(['Provider', 'Model', 'Monitor']);

    await user.click(screen.getByRole('option', { name: 'Model' }));
    expect(query()).toEqual({ refId: 'A', dimension: 'model_name', filters: [], search: '' });
  });

  it('depends on another variable by a filter', async () => {
    const { user, query } = await renderEditor({ dimension: 'model_name' });
    await user.click(screen.getByRole('button', { name: 'Add filter' }));
    await user.click(screen.getByLabelText('Filter 1 value'));
    await user.click(await screen.findByRole('option', { name: /^\$provider/ }));
    expect(query().filters).toEqual([{ key: 'provider', operator: '=', values: ['$provider'] }]);
  });

  it('searches', async () => {
    const { user, query } = await renderEditor();
    await user.type(screen.getByLabelText('Search'), '$__searchFilter{Enter}');
    expect(query().search).toBe('$__searchFilter');
  });

  it("shows the proxy's error when there is no catalog", async () => {
    backend.answers.catalog = { status: 502, body: { error: { message: 'connection refused' } } };
    await renderEditor({}, /could not be loaded/);
    expect(screen.getByText('connection refused')).toBeInTheDocument();
  });
});

async function renderEditor(changes: Partial<DimensionQuery> = {}, ready = /^Values of/) {
  const datasource = makeDataSource(templateSrv({ provider: { value: ['openai'] } }));
  let current: DimensionQuery = { refId: 'A', dimension: 'provider', filters: [], search: '', ...changes };

  /** Keeps the query as Grafana does. */
  function Editor() {
    const [query, setQuery] = useState(current);
    return (
      <VariableQueryEditor
        datasource={datasource}
        query={query}
        onChange={(next) => {
          current = next;
          setQuery(next);
        }}
        onRunQuery={() => undefined}
      />
    );
  }

  render(<Editor />);
  await screen.findByText(ready);
  return { user: userEvent.setup({ delay: null }), query: () => current };
}
