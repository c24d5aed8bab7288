// The currencies that Grafana has a unit for; any other is written before the number.
const grafanaCurrencies = new Set(
  'USD GBP EUR JPY RUB UAH BRL DKK ISK NOK SEK CZK CHF PLN ZAR INR KRW IDR PHP VND TRY MYR BGN PYG UYU ILS'.split(' ')
);

/** The Grafana unit id of a metric or column. */
export function grafanaUnit({ unit }: { unit: string }, currency: string): string {
  if (unit !== 'currency') {
    return unit;
  }
  return grafanaCurrencies.has(currency) ? `currency${currency}` : `currency:${currency} `;
}
