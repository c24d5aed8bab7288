/** Stands wherever numbers of the demo database are shown. */
export const demoNotice = 'Demo database: every call in it was generated, none was made';
