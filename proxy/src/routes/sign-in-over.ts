import { ApiError } from '../errors.ts';

/** A sign-in to Grafana that can't go on: it took too long, was used already, or is that of another browser. */
export function signInOver(): ApiError {
  return new ApiError('invalid_request', 'This sign-in is over, or was begun in another browser: begin again');
}
