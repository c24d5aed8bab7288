import { isRecord } from './is-record';

/**
 * The text of a failed resource call: the proxy's own message (`{error: {message}}`) where there is one, else what
 * Grafana says (`{message}` or `{error}` in the body, status text, message of the exception).
 */
export function requestErrorText(error: unknown): string {
  const body = property(error, 'data');
  return (
    text(property(property(body, 'error'), 'message')) ??
    text(property(body, 'message')) ??
    text(property(body, 'error')) ??
    text(body) ??
    text(property(error, 'message')) ??
    text(property(error, 'statusText')) ??
    'No answer, and no reason given.'
  );
}

function property(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
