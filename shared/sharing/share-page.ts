import type { SharedObject } from './shared-keys.ts';
import type { Share } from './shares.ts';
import type { UploadForm } from './signed-urls.ts';

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}td{padding:.2rem 1rem .2rem 0}td+td{text-align:right}';

/** The page a share's link opens: what there is to download, each by a link that asks for a fresh URL. */
export function downloadPage(token: string, { scope, expiresAt }: Share, objects: SharedObject[]): string {
  const title = scope.kind === 'series' ? `Series ${escaped(scope.uuid)}` : 'Dataset release';
  const rows = objects.map(
    ({ key, bytes }) =>
      `<tr><td><a href="/${token}/${escaped(key)}">${escaped(key)}</a></td><td>${sizeOf(bytes)}</td></tr>`,
  );
  const list = rows.length ? `<table>${rows.join('\n')}</table>` : '<p>Nothing has been released yet.</p>';
  return page(title, `${list}<p>This link works until ${escaped(expiresAt.slice(0, 10))}.</p>`);
}

/** The page of an upload share: a form that sends one zip archive straight to the bucket. */
export function uploadPage({ expiresAt }: Share, { url, fields }: UploadForm): string {
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  return page(
    'Upload a study',
    `<p>One zip archive of DICOM files, as a PACS exports it. Load this page again for each archive.</p>
<form method="post" enctype="multipart/form-data" action="${escaped(url)}">${hidden.join('')}
<input type="file" name="file" accept=".zip,application/zip" required> <button>Upload</button></form>
<p>This link works until ${escaped(expiresAt.slice(0, 10))}.</p>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">
<title>${title}</title><style>${STYLE}</style><h1>${title}</h1>${body}</html>\n`;
}

function sizeOf(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
