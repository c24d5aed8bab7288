import { html } from 'hono/html';
import type { Html } from './layout.ts';

/** A text in which what is between backticks is code. */
export function withCode(text: string): Html {
  return html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
