import { html } from 'hono/html';
import type { Language, Text } from './languages.ts';
import { type Html, layout } from './layout.ts';
import { homeTexts, noGrafanaText } from './texts.ts';
import { withCode } from './with-code.ts';

/** What of the configuration the home page depends on. */
export interface HomeState {
  /** All numbers are generated. */
  demo: boolean;
  /** Whether there is a Grafana to lead to. */
  hasGrafana: boolean;
}

/** The home page: what this is and where to go. No figures, nothing about anyone. */
export function homePage(language: Language, { demo, hasGrafana }: HomeState): Html {
  const t = homeTexts;
  const main = html`
    <h1>${t.title[language]}</h1>
    <p class="lead">${t.lead[language]}</p>
    ${demo ? html`<p class="notice">${t.demo[language]}</p>` : ''} ${hasGrafana ? grafanaLinks(language) : ''}
    <div class="cards">
      ${hasGrafana ? '' : card(language, noGrafanaText.title, noGrafanaText.advice)}
      ${card(language, t.programs, t.api)} ${card(language, t.documentation, t.documentationPlace)}
    </div>
  `;
  return layout({ language, title: t.title, main });
}

function grafanaLinks(language: Language): Html {
  return html`<p class="actions">
    <a href="/admin/dashboard">${homeTexts.dashboard[language]}</a>
    <a href="/admin/login">${homeTexts.signIn[language]}</a>
  </p>`;
}

function card(language: Language, title: Text, text: Text): Html {
  return html`<section>
    <h2>${title[language]}</h2>
    <p>${withCode(text[language])}</p>
  </section>`;
}
