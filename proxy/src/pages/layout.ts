import { html } from 'hono/html';
import { type Language, languageTag, type Text } from './languages.ts';
import { logo, stylesheet } from './static-files.ts';
import { product } from './texts.ts';

/** HTML in which every value was escaped as it was put in. */
export type Html = ReturnType<typeof html>;

export interface Page {
  language: Language;
  title: Text;
  main: Html;
}

/** What all pages have around their content. They need no script, and nothing from elsewhere. */
export function layout({ language, title, main }: Page): Html {
  return html`<!doctype html>
    <html lang="${languageTag[language]}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title[language]} · ${product}</title>
        <link rel="icon" type="image/svg+xml" href="${logo.path}" />
        <link rel="stylesheet" href="${stylesheet.path}" />
      </head>
      <body>
        <header>
          <a href="/admin/"><img src="${logo.path}" alt="" width="32" height="32" />${product}</a>
        </header>
        <main>${main}</main>
      </body>
    </html>`;
}
