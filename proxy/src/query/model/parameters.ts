/** What only some metrics need. */
export interface Parameters {
  /** A call is slow that takes longer, in ms. */
  slowMs: number;
  /** Of a calendar month, in the currency; null where none was given. */
  budget: number | null;
}
