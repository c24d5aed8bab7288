import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import React from 'react';
import { makeDataSource } from '../testing/datasource';
import { type AiMetricsQuery } from '../types';
import { QueryHelp } from './QueryHelp';

describe('QueryHelp', () => {
  it('hands over an example when it is clicked, a new one each time', async () => {
    const onClickExample = jest.fn<void, [AiMetricsQuery]>();
    render(<QueryHelp datasource={makeDataSource()} query={{ refId: 'B' }} onClickExample={onClickExample} />);

    await userEvent.click(screen.getByRole('button', { name: 'Dearest calls' }));
    await userEvent.click(screen.getByRole('button', { name: 'Dearest calls' }));

    const [first, second] = onClickExample.mock.calls.map(([query]) => query);
    expect(first).toEqual({
      refId: 'A',
      schemaVersion: 1,
      kind: 'calls',
      order: { by: 'cost', direction: 'desc' },
      limit: 50,
    });
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
  });
});
