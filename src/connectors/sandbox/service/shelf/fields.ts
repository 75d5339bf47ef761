import { z } from "zod";

export const text = z.string().max(10_000).nullable();
export const title = z.string().min(1).max(1_000);
export const moment = z.iso.datetime({ offset: true }).nullable();
export const reference = z.string().max(64).nullable();

/** Fields that a customer adds to any object end in `_c`; their values are scalars. */
export const withCustomFields = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .object(shape)
    .partial()
    .catchall(z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()]))
    .superRefine((given, context) => {
      for (const name of Object.keys(given))
        if (!(name in shape) && !/^[a-z]\w{0,60}_c$/.test(name))
          context.addIssue({ code: "custom", path: [name], message: "there is no such field" });
    });
