import type { Share } from './shares.ts';
import type { UploadForm } from './signed-urls.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}td{padding:.2rem 1rem .2rem 0;overflow-wrap:anywhere}td+td{text-align:right;white-space:nowrap}';

/** A file of a page: its key below `out/`, and the link it is downloaded by. */
export interface LinkedObject {
  key: string;
  bytes: number;
  url: string;
}

/** What a page says of its share; the rest of a share is nobody's business. */
export type SharePage = Pick<Share, 'scope' | 'expiresAt'>;

/** The page a share's link opens: what there is to download, and how large it is. */
export function downloadPage({ scope, expiresAt }: SharePage, objects: LinkedObject[]): string {
  const title = scope.kind === 'series' ? `Series ${escaped(scope.uuid)}` : 'Dataset release';
  const rows = objects.map(
    ({ key, bytes, url }) =>
      `<tr><td><a href="${escaped(url)}">${escaped(key)}</a></td><td>${sizeText(bytes)}</td></tr>`,
  );
  const list = rows.length ? `<table>${rows.join('\n')}</table>` : '<p>Nothing has been released yet.</p>';
  return page(title, `${list}<p>${lastsUntil(expiresAt)}</p>`);
}

/** The page of an upload share: a form that sends one zip archive straight to the bucket. */
export function uploadPage({ expiresAt }: Pick<Share, 'expiresAt'>, { url, fields }: UploadForm): string {
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  return page(
    'Upload a study',
    `<p>One zip archive of DICOM files, as a PACS exports it. Load this page again for each archive.</p>
<form method="post" enctype="multipart/form-data" action="${escaped(url)}">${hidden.join('')}
<input type="file" name="file" accept=".zip,application/zip" required> <button>Upload</button></form>
<p>${lastsUntil(expiresAt)}</p>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">
<title>${title}</title><style>${STYLE}</style><h1>${title}</h1>${body}</html>\n`;
}

/** The moment to the minute: links may last for hours only. */
function lastsUntil(expiresAt: string): string {
  return `This page works until ${escaped(expiresAt.slice(0, 16).replace('T', ' '))} UTC.`;
}

export function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
