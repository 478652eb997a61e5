import { FolderStore } from './folder-store.ts';
import type { Store } from './store.ts';

/** The store at a folder path or an `s3://bucket/prefix` URL; the S3 client is loaded only when needed. */
export async function openStore(url: string): Promise<Store> {
  if (!url.startsWith('s3://')) return new FolderStore(url);
  const { S3Store } = await import('./s3-store.ts');
  return S3Store.fromUrl(url);
}
