import * as z from 'zod/mini';

/** What `raw/metadata/dataset.json` may tell of the dataset, for its release documents. */
export const DatasetInfo = z.strictObject({
  title: z._default(z.string(), 'RECIST-annotated CT dataset'),
  description: z._default(
    z.string(),
    'CT series of cancer patients with manually segmented lesions and RECIST 1.1 measurements of target lesions.',
  ),
  version: z._default(z.string(), '1.0.0'),
  doi: z.optional(z.string()),
  /** YYYY-MM-DD; left out while unpublished, as no document tells when it was built. */
  published: z.optional(z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/))),
  authors: z._default(
    z.array(
      z.strictObject({
        given: z.string(),
        family: z.string(),
        affiliation: z.optional(z.string()),
        orcid: z.optional(z.string()),
      }),
    ),
    [],
  ),
  keywords: z._default(z.array(z.string()), [
    'computed tomography',
    'RECIST 1.1',
    'lesion segmentation',
    'oncology',
  ]),
  licence: z._default(z.strictObject({ spdx: z.string(), name: z.string(), url: z.string() }), {
    spdx: 'CC-BY-4.0',
    name: 'Creative Commons Attribution 4.0 International',
    url: 'https://creativecommons.org/licenses/by/4.0/',
  }),
});
export type DatasetInfo = z.output<typeof DatasetInfo>;
