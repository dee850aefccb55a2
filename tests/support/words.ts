/** Words as the page writes them in English, for a project in London. */
export const number = (value: number) => new Intl.NumberFormat('en').format(value);

export const month = (period: string) =>
  new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'Europe/London' }).format(
    new Date(period),
  );

/** SQL without its layout. */
export const squeezed = (sql: string) => sql.replaceAll(/\s+/g, '');
