import { html } from 'hono/html';
import type { Language } from './languages.ts';
import { type Html, layout } from './layout.ts';
import { type LoginProblem, loginTexts } from './login-texts.ts';

export interface LoginPage {
  /** Shown again after a failure. */
  loginName: string;
  problem?: LoginProblem | undefined;
  formToken: string;
}

/** The page on which people sign in to Grafana. Its form is sent to the page's own address. */
export function loginPage(language: Language, { loginName, problem, formToken }: LoginPage): Html {
  const t = loginTexts;
  const described = problem === undefined ? '' : html`aria-describedby="problem"`;
  // What was typed is right where it is only too early, or not enough.
  const invalid = problem?.kind === 'refused' || problem?.kind === 'incomplete' ? html`aria-invalid="true"` : '';
  const main = html`
    <h1>${t.title[language]}</h1>
    <p class="lead">${t.lead[language]}</p>
    ${problem === undefined ? '' : alert(language, problem)}
    <form class="sign-in" method="post">
      <input type="hidden" name="form_token" value="${formToken}" />
      <label for="login_name">${t.loginName[language]}</label>
      <input
        id="login_name"
        name="login_name"
        type="text"
        value="${loginName}"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        maxlength="64"
        required
        ${loginName === '' ? 'autofocus' : ''}
        ${described}
        ${invalid}
      />
      <label for="password">${t.password[language]}</label>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
        ${loginName === '' ? '' : 'autofocus'}
        ${described}
        ${invalid}
      />
      <button type="submit">${t.submit[language]}</button>
    </form>
  `;
  return layout({ language, title: t.title, main });
}

function alert(language: Language, problem: LoginProblem): Html {
  const { title, advice } = loginTexts.problems[problem.kind];
  const minutes = problem.kind === 'limited' ? Math.max(1, Math.ceil(problem.seconds / 60)) : 0;
  return html`<div class="alert" role="alert" id="problem">
    <strong>${title[language]}</strong>
    <span>${advice[language].replace('{minutes}', String(minutes))}</span>
  </div>`;
}
