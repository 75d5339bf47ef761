/** How a service words the protocol: some who took it over from Amazon call things by names of their own. */
export interface Protocol {
  /** As people call it. */
  readonly name: string;
  /** What the names of its own headers begin with. */
  readonly prefix: `x-${string}-`;
  /** Said with a write that must not replace anything. */
  readonly onlyNew: Readonly<Record<string, string>>;
  /** The namespace of the documents that are sent to it. */
  readonly namespace: string | null;
  /** A deletion of many can be told to name failures alone; else it names all that it deleted. */
  readonly quiet: boolean;
}

export const S3: Protocol = {
  name: "S3",
  prefix: "x-amz-",
  onlyNew: { "if-none-match": "*" },
  namespace: "http://s3.amazonaws.com/doc/2006-03-01/",
  quiet: true,
};
