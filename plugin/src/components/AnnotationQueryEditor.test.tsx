import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React, { useState } from 'react';
import { installBackend } from '../testing/backend-srv';
import { catalog } from '../testing/catalog';
import { makeDataSource } from '../testing/datasource';
import { giveElementsRoom } from '../testing/layout';
import { type AiMetricsQuery } from '../types';
import { AnnotationQueryEditor } from './AnnotationQueryEditor';

beforeAll(giveElementsRoom);

beforeEach(() => {
  installBackend({ catalog: { body: { data: catalog } } });
});

describe('AnnotationQueryEditor', () => {
  it('offers the events, and asks for what they need', async () => {
    const { user, query } = await renderEditor();
    expect(screen.queryByLabelText('Budget')).not.toBeInTheDocument();

    await user.click(screen.getByLabelText('Look for'));
    await user.click(await screen.findByRole('option', { name: /^Budget crossed/ }));
    await user.type(await screen.findByLabelText('Budget'), '$budget{Enter}');

    expect(query()).toEqual({
      refId: 'Anno',
      schemaVersion: 1,
      kind: 'events',
      metrics: ['new_model', 'budget_crossed'],
      filters: [],
      parameters: { budget: '$budget' },
    });
  });

  it('has filters', async () => {
    const { user, query } = await renderEditor();
    await user.click(screen.getByRole('button', { name: 'Add filter' }));
    expect(query().filters).toEqual([{ key: 'provider', operator: '=', values: [] }]);
  });
});

async function renderEditor() {
  let latest: AiMetricsQuery = { refId: 'Anno' };
  const datasource = makeDataSource();
  function Harness() {
    const [query, setQuery] = useState(latest);
    latest = query;
    return (
      <AnnotationQueryEditor datasource={datasource} query={query} onChange={setQuery} onRunQuery={() => undefined} />
    );
  }
  render(<Harness />);
  await screen.findByLabelText('Look for');
  return { user: userEvent.setup(), query: () => latest };
}
