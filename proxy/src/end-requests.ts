/** What a request to end is: the first one, the same once more, or one that does not want to wait. */
export type EndRequest = 'first' | 'same' | 'again';

// Ctrl+C comes from the terminal and, where no shell is between, once more from npm.
const sameRequestMs = 1000;

/** Tells the requests to end apart, by when each of them comes. `now` counts ms from anywhere. */
export function createEndRequests(now: () => number = () => performance.now()): () => EndRequest {
  let firstMs: number | undefined;
  return () => {
    if (firstMs === undefined) {
      firstMs = now();
      return 'first';
    }
    return now() - firstMs > sameRequestMs ? 'again' : 'same';
  };
}
