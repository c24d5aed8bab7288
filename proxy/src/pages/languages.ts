/** The languages of the pages, by the first subtag that a browser asks for; the first one is for everybody else. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** What is written, as pages declare it (BCP 47). Who asks for traditional Chinese gets the simplified script. */
export const languageTag: Record<Language, string> = { en: 'en', zh: 'zh-CN' };

/** One text in every language. */
export type Text = Record<Language, string>;
