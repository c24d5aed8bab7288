import type { WatchedLink } from './watched-link.ts';

/** Starts something, and does something else while it stops at a statement; then both come to their end. */
export async function whileHeld(
  link: WatchedLink,
  statement: number,
  start: () => Promise<unknown>,
  meanwhile: () => Promise<void>
): Promise<void> {
  const held = link.breakAt(statement, 'held');
  const running = start();
  try {
    if (await comesFirst(held, running)) {
      await meanwhile();
    }
  } finally {
    link.release();
    await Promise.allSettled([running]);
  }
  await running;
}

/** Starts something whose link dies at a statement. Returns whether it did: it may have come to its end before. */
export async function whileDying(
  link: WatchedLink,
  statement: number,
  fault: 'lost' | 'unanswered',
  start: () => Promise<unknown>
): Promise<boolean> {
  const broken = link.breakAt(statement, fault);
  const running = start();
  const died = await comesFirst(broken, running);
  link.release();
  await Promise.allSettled([running]);
  return died;
}

/** Does `event` come before `running` ends? What fails after it is none of its business. */
async function comesFirst(event: Promise<void>, running: Promise<unknown>): Promise<boolean> {
  let came = false;
  const noted = event.then(() => {
    came = true;
    return true;
  });
  const ended = running.then(
    () => false,
    (error: unknown) => {
      if (!came) {
        throw error;
      }
      return true;
    }
  );
  return Promise.race([noted, ended]);
}
