import { html } from 'hono/html';
import type { ErrorStatus } from '../errors.ts';
import type { Language } from './languages.ts';
import { type Html, layout } from './layout.ts';
import { type ErrorText, errorPageTexts } from './texts.ts';
import { withCode } from './with-code.ts';

export interface ErrorPage {
  status: ErrorStatus;
  text: ErrorText;
  /** What the API says of it, in English. Left out where `text` says as much. */
  message?: string | undefined;
  requestId: string;
  /** Whether there is a Grafana to sign in to. */
  hasGrafana: boolean;
}

/** The page of an error: what happened, what to do next, and by which id the log knows it. */
export function errorPage(language: Language, { status, text, message, requestId, hasGrafana }: ErrorPage): Html {
  const t = errorPageTexts;
  const main = html`
    <p class="status">${status}</p>
    <h1>${text.title[language]}</h1>
    <p class="lead">${withCode(text.advice[language])}</p>
    <p class="actions">
      ${nextStep(language, text.next, hasGrafana)}
      <a href="/admin/">${t.home[language]}</a>
    </p>
    <dl class="particulars">
      ${
        message === undefined
          ? ''
          : html`<dt>${t.message[language]}</dt>
              <dd lang="en">${message}</dd>`
      }
      <dt>${t.requestId[language]}</dt>
      <dd><code>${requestId}</code></dd>
    </dl>
  `;
  return layout({ language, title: text.title, main });
}

function nextStep(language: Language, next: ErrorText['next'], hasGrafana: boolean): Html | string {
  switch (next) {
    case 'sign_in':
      return hasGrafana ? html`<a href="/admin/login">${errorPageTexts.signIn[language]}</a>` : '';
    case 'again':
      // An empty address is the page's own.
      return html`<a href="">${errorPageTexts.again[language]}</a>`;
    case undefined:
      return '';
    default:
      return next satisfies never;
  }
}
