import { html, raw } from 'hono/html';
import type { Language } from './languages.ts';
import { type Html, layout } from './layout.ts';
import { signOutTexts } from './login-texts.ts';
import { submitScript } from './static-files.ts';

/**
 * The page between "Sign out" in Grafana and the end of it. `form` is HTML that oidc-provider made, an empty form of the id
 * `op.logoutForm`; where `isAsked` the page sends it by itself, and without scripts its button does.
 */
export function signOutPage(language: Language, { form, isAsked }: { form: string; isAsked: boolean }): Html {
  const t = signOutTexts;
  const main = html`
    <h1>${t.ask[language]}</h1>
    <p class="lead">${t.askLead[language]}</p>
    ${raw(form)}
    <p class="actions">
      <input type="hidden" form="op.logoutForm" name="logout" value="yes" />
      <button type="submit" form="op.logoutForm">${t.submit[language]}</button>
    </p>
    ${isAsked ? html`<script src="${submitScript.path}" defer></script>` : ''}
  `;
  return layout({ language, title: t.ask, main });
}

export function signedOutPage(language: Language): Html {
  const t = signOutTexts;
  const main = html`
    <h1>${t.done[language]}</h1>
    <p class="lead">${t.doneLead[language]}</p>
    <p class="actions"><a href="/admin/login">${t.again[language]}</a></p>
  `;
  return layout({ language, title: t.done, main });
}
