/** What one side took for one task. */
export interface Figures {
  seconds: number;
  /** The most of resident memory. */
  mebibytes: number;
}

const middle = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;

export const median = (all: readonly Figures[]): Figures => ({
  seconds: middle(all.map(({ seconds }) => seconds)),
  mebibytes: middle(all.map(({ mebibytes }) => mebibytes)),
});
