/** How late this process gets to what is due, in ms. */
export interface EventLoopLag {
  /** The middle one of the last measurements: no single pause makes it high, and it falls as soon as it is over. */
  recentMs: () => number;
  stop: () => void;
}

const intervalMs = 100;
// Three that are late make a state of it, after half a second at the least; one or two are a collection of garbage, or a start.
const measurements = 5;

/** Measures from now on, until it is stopped; keeps no process alive. */
export function watchEventLoop(): EventLoopLag {
  const recent = Array.from({ length: measurements }, () => 0);
  let due = performance.now() + intervalMs;
  const timer = setInterval(() => {
    const now = performance.now();
    recent.shift();
    recent.push(Math.max(0, now - due));
    due = now + intervalMs;
  }, intervalMs);
  timer.unref();
  return {
    recentMs: () => [...recent].sort((a, b) => a - b)[Math.floor(measurements / 2)] ?? 0,
    stop: () => {
      clearInterval(timer);
    },
  };
}
