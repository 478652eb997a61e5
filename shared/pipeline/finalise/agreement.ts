import {
  agreementReport,
  FEATURES_COLUMNS,
  PUBLISHED_RECIST_COLUMNS,
} from '../../recist/agreement-report.ts';
import { utf8 } from '../../store/json.ts';
import type { Store } from '../../store/store.ts';
import { streamCsv } from '../../tables/read-stream.ts';
import { outKeys, SUBSETS } from '../layout.ts';
import { putOutput } from '../outputs.ts';
import type { Output } from '../step.ts';

/** How far the computed axes agree with the RECIST measurements made by hand: table, numbers and plot in `reports/`. */
export async function writeAgreement(out: Store): Promise<Output[]> {
  if (!(await out.head(outKeys.recist))) return [];
  const features = [];
  for (const key of SUBSETS.map(outKeys.features)) {
    if (await out.head(key)) features.push((await streamCsv(out, key, FEATURES_COLUMNS)).rows);
  }
  const recist = (await streamCsv(out, outKeys.recist, PUBLISHED_RECIST_COLUMNS)).rows;
  const outputs: Output[] = [];
  for (const [name, text] of Object.entries(await agreementReport(recist, features))) {
    outputs.push(await putOutput(out, `reports/${name}`, utf8(text)));
  }
  return outputs;
}
