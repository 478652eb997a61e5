import type { BuildEvent, BuildResult } from '../shared/pipeline/build.ts';

type ShownEvent = BuildEvent | ({ event: 'done' } & BuildResult);

/** Where a build's events become visible. */
export interface Progress {
  show(event: ShownEvent): void;
  note(text: string): void;
  close(): void;
}

/** JSON lines on request, a bar on a terminal, plain lines elsewhere. */
export function openProgress(json: boolean): Progress {
  if (json) return jsonLines();
  return process.stderr.isTTY ? progressBar() : plainLines();
}

function jsonLines(): Progress {
  const write = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
  return {
    show: (event) => write({ time: new Date().toISOString(), ...event }),
    note: (text) => write({ time: new Date().toISOString(), event: 'note', text }),
    close: () => {},
  };
}

function plainLines(): Progress {
  const write = (text: string) => process.stderr.write(`${text}\n`);
  let done = 0;
  let total = 0;
  return {
    show: (event) => {
      if (event.event === 'planned') {
        total = event.series;
        write(plannedText(event));
      }
      if (event.event === 'unchanged') done += 1;
      if (event.event === 'series') {
        done += 1;
        write(`[${done}/${total}] ${seriesText(event)}`);
      }
      if (event.event === 'finalising') write(`writing the ${event.phase}`);
    },
    note: write,
    close: () => {},
  };
}

const REFRESH_MS = 100;
const BAR_WIDTH = 24;

/** One line that is drawn over itself: bar, series done, what is under way, and the time left. */
function progressBar(): Progress {
  const started = performance.now();
  const underWay = new Map<string, string>();
  let [done, worked, total, phase] = [0, 0, 0, 'planning'];
  let closed = false;
  const width = () => process.stderr.columns ?? 80;
  const draw = () => {
    if (closed) return; // a step may still end after the build was stopped
    const share = total ? done / total : 0;
    const bar = '█'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '░');
    const now = [...underWay].map(([uuid, step]) => `${shortUid(uuid)} ${step}`).join('  ') || phase;
    const line = `${bar} ${done}/${total} series  ${eta(started, worked, total - done)}  ${now}`;
    process.stderr.write(`\r\x1b[2K${line.slice(0, width() - 1)}`);
  };
  const above = (text: string) => process.stderr.write(`\r\x1b[2K${text}\n`);
  const timer = setInterval(draw, REFRESH_MS);
  timer.unref();
  return {
    show: (event) => {
      if (event.event === 'planned') {
        total = event.series;
        phase = 'checking what is up to date';
        above(plannedText(event));
      }
      if (event.event === 'unchanged') done += 1;
      if (event.event === 'step') underWay.set(event.uuid, event.step);
      if (event.event === 'series') {
        underWay.delete(event.uuid);
        done += 1;
        worked += 1;
        if (event.quarantined) above(seriesText(event));
      }
      if (event.event === 'finalising') phase = `writing the ${event.phase}`;
      draw();
    },
    note: above,
    close: () => {
      closed = true;
      clearInterval(timer);
      process.stderr.write('\r\x1b[2K');
    },
  };
}

function plannedText({ series, refused, filtered }: Extract<BuildEvent, { event: 'planned' }>): string {
  const parts = [`${series} series to build`];
  if (refused) parts.push(`${refused} refused`);
  if (filtered) parts.push(`${filtered} on disk but not in series.json`);
  return parts.join(', ');
}

function seriesText({ uuid, quarantined }: Extract<BuildEvent, { event: 'series' }>): string {
  if (!quarantined) return uuid;
  return `${uuid} quarantined at ${quarantined.step}: ${quarantined.code}: ${quarantined.message}`;
}

/** The end of a UID is what tells series of one scanner apart. */
function shortUid(uuid: string): string {
  return uuid.length > 12 ? `…${uuid.slice(-10)}` : uuid;
}

function eta(started: number, worked: number, left: number): string {
  if (!worked || !left) return '';
  const seconds = Math.ceil(((performance.now() - started) / 1000 / worked) * left);
  return seconds < 60 ? `${seconds} s left` : `${Math.floor(seconds / 60)} min ${seconds % 60} s left`;
}
