import { requestErrorText } from './request-error';

describe('requestErrorText', () => {
  it.each([
    [
      "the proxy's message",
      { status: 503, data: { error: { code: 'unavailable', message: 'The database is down' } } },
      'The database is down',
    ],
    ["Grafana's message", { status: 404, data: { message: 'Data source not found' } }, 'Data source not found'],
    ['a text beside "error"', { status: 400, data: { error: 'bad path', message: '' } }, 'bad path'],
    ['a body of text', { status: 502, data: 'Bad gateway' }, 'Bad gateway'],
    ['the message of an exception', new Error('Failed to fetch'), 'Failed to fetch'],
    ['the status text', { status: 500, statusText: 'Internal Server Error', data: {} }, 'Internal Server Error'],
    ['that there is no reason', undefined, 'No answer, and no reason given.'],
  ])('gives %s', (_, error, text) => {
    expect(requestErrorText(error)).toBe(text);
  });
});
