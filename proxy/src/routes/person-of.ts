import type { Principal } from '../auth/principal.ts';

/**
 * Whose questions these are, for limits per person; undefined where the user is a data source's account, which asks for a
 * whole Grafana.
 */
export function personOf({ user, caller }: Principal): string | undefined {
  switch (caller) {
    case 'user':
      return user.id;
    // To be limited as well, his must be the principal's user, not the data source's.
    case 'viewer':
    case 'scheduler':
    case 'health':
      return undefined;
    default:
      return caller satisfies never;
  }
}
