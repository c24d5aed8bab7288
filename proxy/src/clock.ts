/** The present in milliseconds since 1970. Passed in wherever time matters, so that tests can set it. */
export type Clock = () => number;

// The only place that reads the machine's clock.
export const systemClock: Clock = () => Date.now();
