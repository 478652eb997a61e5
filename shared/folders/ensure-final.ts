import type { Store } from '../store/store.ts';

/** Makes `final/` of OUT hold the files of a final folder, unless it is that very folder. */
export async function ensureFinal(final: Store, out: Store): Promise<void> {
  if (final.url === `${out.url}/final`) return;
  for await (const { key } of final.list('')) await out.put(`final/${key}`, final.stream(key));
}
