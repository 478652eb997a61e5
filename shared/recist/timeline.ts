import type { PatientAssessment } from './assessment.ts';
import { findingOf, type Lesion, type TimePoint } from './case.ts';
import { trimmed } from './figures.ts';
import type { StudyDate } from './study-date.ts';
import { element, lanes, line, picture, text, textWidth } from './svg.ts';
import {
  FAINT,
  highestMm,
  INK,
  type Layout,
  LEFT,
  legendLine,
  MUTED,
  PROGRESSION,
  RIGHT,
  sumPlot,
  WIDTH,
} from './timeline-plot.ts';

const PLOT_HEIGHT = 240;
const STRIP_HEIGHT = 18;
const CHIP_HEIGHT = 20;
const CAPTION_HEIGHT = 13;

const CHIPS: Record<string, { fill: string; ink: string }> = {
  CR: { fill: '#1b7837', ink: '#fff' },
  PR: { fill: '#a6dba0', ink: INK },
  SD: { fill: '#d6dce5', ink: INK },
  'NON-CR/NON-PD': { fill: '#d6dce5', ink: INK },
  PD: { fill: PROGRESSION, ink: '#fff' },
  NE: { fill: '#fff', ink: INK },
};

/**
 * The course of one patient as a picture (SVG): the sum of diameters over time with its smallest value and the
 * sums at which PR and PD begin, each lesion, and the response at every follow-up. The same bytes every time.
 * @param responses what to write at the follow-ups, when not the overall responses of RECIST 1.1
 */
export function timelinePicture(
  assessment: PatientAssessment,
  responses: string[] = assessment.followUps.map(({ overall }) => overall),
): string {
  const { patient, followUps } = assessment;
  const targets = patient.lesions.filter(({ role }) => role === 'target');
  const others = patient.lesions.filter(({ role }) => role !== 'target');
  const title = `Patient ${patient.patientId}${patient.evaluator ? `, ${patient.evaluator}` : ''}`;

  const x = timeScale(patient.timePoints);
  const blocks = responseBlocks(assessment, responses, x);
  const top = 62 + blocks.height + 14;
  const bottom = top + (targets.length ? PLOT_HEIGHT : 0);
  const maxMm = highestMm(assessment) * 1.08;
  const y = (mm: number) => bottom - (mm / maxMm) * (bottom - top);
  const layout: Layout = { x, y, top, bottom, maxMm };

  const dates = dateAxis(patient.timePoints, layout);
  const strips = lesionStrips(others, patient.timePoints, x, dates.bottom + 10);
  const legend = legendLine(strips.bottom + 22, targets.length > 0, others.length > 0);
  const content = [
    text(LEFT, 26, title, { 'font-size': 16, 'font-weight': 'bold', fill: INK }),
    text(LEFT, 44, summary(assessment), { fill: MUTED }),
    text(LEFT - 12, 62 + 14, 'response', { 'text-anchor': 'end', fill: MUTED }),
    ...blocks.content,
    ...guides(
      followUps.map(({ timePoint }) => timePoint.date),
      layout,
    ),
    ...(targets.length ? sumPlot(assessment, targets, layout) : []),
    ...dates.content,
    ...strips.content,
    ...legend,
  ];
  return picture(WIDTH, strips.bottom + 40, title, content);
}

function summary({ best, progression, baseline, followUps }: PatientAssessment): string {
  if (followUps.length === 0) return 'baseline only: nothing to assess';
  const responses = `best overall response ${best.unconfirmed.response}, confirmed ${best.confirmed.response}`;
  const progressed = progression
    ? `progression ${readable(progression.date)}: ${progression.causes.join('; ')}`
    : 'no progression';
  const line = `${responses}; ${progressed}`;
  const short =
    line.length > 118
      ? `${responses}; progression ${readable(progression?.date ?? baseline.timePoint.date)}`
      : line;
  return short;
}

function timeScale(timePoints: TimePoint[]): (date: StudyDate) => number {
  const days = timePoints.map(({ date }) => date.plotDay);
  const first = Math.min(...days);
  const span = Math.max(...days) - first;
  // room for the first and last label
  const from = LEFT + 30;
  const to = WIDTH - RIGHT - 30;
  return ({ plotDay }) => (span === 0 ? from : from + ((plotDay - first) / span) * (to - from));
}

/** The response of every follow-up above the plot, with what it was made of where there is more than targets. */
function responseBlocks(
  { patient, followUps }: PatientAssessment,
  responses: string[],
  x: Layout['x'],
): { content: string[]; height: number } {
  // with one kind of lesion only, the response says it all
  const oneKind = new Set(patient.lesions.map(({ role }) => role)).size === 1;
  const blocks = followUps.map((followUp, i) => {
    const captions = oneKind
      ? []
      : [
          followUp.target === 'none' ? '' : `T ${followUp.target}`,
          followUp.nonTarget === 'none' ? '' : `NT ${followUp.nonTarget.replace(/NON/g, 'non')}`,
          followUp.newLesions.length ? `new ${followUp.newLesions.join(', ')}` : '',
        ].filter((caption) => caption !== '');
    const chipWidth = Math.max(36, textWidth(responses[i], 11) + 12);
    const width = Math.max(chipWidth, ...captions.map((caption) => textWidth(caption, 9)));
    const center = Math.min(x(followUp.timePoint.date), WIDTH - 4 - width / 2);
    return {
      response: responses[i],
      afterProgression: followUp.afterProgression,
      captions,
      chipWidth,
      width,
      center,
    };
  });
  const laneOf = lanes(blocks.map(({ center, width }) => [center - width / 2, center + width / 2 + 4]));
  const laneHeight =
    CHIP_HEIGHT + 4 + CAPTION_HEIGHT * Math.max(0, ...blocks.map(({ captions }) => captions.length));
  const key = { 'text-anchor': 'end', 'font-size': 9, fill: MUTED };
  const keys = oneKind
    ? []
    : ['T: targets', 'NT: non-targets'].map((words, i) =>
        text(LEFT - 12, 62 + CHIP_HEIGHT + 10 + i * CAPTION_HEIGHT, words, key),
      );
  const content = blocks.flatMap(({ response, afterProgression, captions, chipWidth, center }, i) => {
    const top = 62 + laneOf[i] * laneHeight;
    const { fill, ink } = CHIPS[response] ?? CHIPS.NE;
    const middle = { 'text-anchor': 'middle' };
    return [
      element('rect', {
        x: center - chipWidth / 2,
        y: top,
        width: chipWidth,
        height: CHIP_HEIGHT,
        rx: 4,
        fill,
        stroke: fill === '#fff' ? MUTED : fill,
        ...(afterProgression ? { 'fill-opacity': 0.35, 'stroke-dasharray': '3 2', stroke: MUTED } : {}),
      }),
      text(center, top + 14, response || 'none', {
        ...middle,
        fill: afterProgression ? INK : ink,
        'font-weight': 'bold',
      }),
      ...captions.map((caption, c) =>
        text(center, top + CHIP_HEIGHT + 10 + c * CAPTION_HEIGHT, caption, {
          ...middle,
          'font-size': 9,
          fill: MUTED,
        }),
      ),
    ];
  });
  return { content: [...keys, ...content], height: laneHeight * (Math.max(0, ...laneOf) + 1) };
}

function guides(dates: StudyDate[], { x, top, bottom }: Layout): string[] {
  return dates.map((date) => line(x(date), top - 8, x(date), bottom, { stroke: FAINT }));
}

/** Dates under the plot, and the days since the baseline. */
function dateAxis(timePoints: TimePoint[], { x, bottom }: Layout): { content: string[]; bottom: number } {
  const half = 34;
  const laneOf = lanes(timePoints.map(({ date }) => [x(date) - half, x(date) + half]));
  const first = timePoints[0].date.day;
  const content = timePoints.flatMap(({ date }, i) => {
    const top = bottom + 16 + laneOf[i] * 28;
    const days = date.day === undefined || first === undefined ? '' : `day ${date.day - first}`;
    const middle = { 'text-anchor': 'middle' };
    return [
      line(x(date), bottom, x(date), top - 11, { stroke: FAINT }),
      text(x(date), top, readable(date), { ...middle, fill: INK }),
      text(x(date), top + 12, i === 0 ? 'baseline' : days, { ...middle, 'font-size': 9, fill: MUTED }),
    ];
  });
  return { content, bottom: bottom + 16 + Math.max(...laneOf) * 28 + 12 };
}

/** One row of marks for each lesion that is not in the sum. */
function lesionStrips(
  lesions: Lesion[],
  timePoints: TimePoint[],
  x: Layout['x'],
  top: number,
): { content: string[]; bottom: number } {
  const content = lesions.flatMap((lesion, i) => {
    const y = top + i * STRIP_HEIGHT + 10;
    const name = `${lesion.role} ${lesion.id}`;
    return [
      text(LEFT - 12, y + 4, name.length > 17 ? `${name.slice(0, 16)}…` : name, {
        'text-anchor': 'end',
        fill: INK,
        'font-size': 10,
      }),
      ...timePoints.map((timePoint) => stripMark(lesion, timePoint, x(timePoint.date), y)),
    ];
  });
  return { content, bottom: top + lesions.length * STRIP_HEIGHT };
}

function stripMark(lesion: Lesion, timePoint: TimePoint, x: number, y: number): string {
  const finding = findingOf(timePoint, lesion);
  const beside = (words: string, fill = MUTED) =>
    text(x, y + 4, words, { 'text-anchor': 'middle', 'font-size': 10, fill });
  switch (finding.state) {
    case 'measured':
      return beside(`${trimmed(finding.mm, 1)} mm`, INK);
    case 'absent':
      return element('circle', { cx: x, cy: y, r: 4, fill: '#fff', stroke: INK });
    case 'present':
      return element('circle', { cx: x, cy: y, r: 4, fill: lesion.role === 'new' ? PROGRESSION : INK });
    case 'progressed':
      return beside('progressed', PROGRESSION);
    case 'not evaluated':
      return beside(lesion.role === 'new' ? '' : 'NE');
    default:
      return beside(finding.state);
  }
}

/** `20190220` as `2019-02-20`. */
function readable({ text: date }: StudyDate): string {
  return date.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3').replace(/T.*$/, '');
}
